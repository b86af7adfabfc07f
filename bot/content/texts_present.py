"""Which texts a pack must hold, in which languages, and which it holds for nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.content.assembling import FlowParts, SingleText
from bot.content.findings import Finding, Severity, did_you_mean
from bot.content.flow_building import MAY_BE_SILENT, BuiltFlow, PlacedStep
from bot.content.languages import LANGUAGES, MAY_FALL_BACK
from bot.content.models import CheckInTexts, ModuleTexts, StepTexts
from bot.content.placeholders import is_for_group
from bot.content.yaml_source import Document
from bot.domain.flows import Step
from bot.domain.steps.quiz import QUIZ
from bot.domain.steps.scale import SCALE, scale_options


def single_problems(
    folder: str,
    texts: Mapping[str, tuple[Document, dict[str, SingleText]]],
    expected: Collection[str],
) -> Iterator[Finding]:
    """Of `messages/` or `notices/`: files, keys nobody sends, keys nobody wrote."""
    for language in LANGUAGES:
        if language not in texts:
            yield missing_file(f"{folder}/{language}.yaml", language)
            continue
        document, found = texts[language]
        for key, text in found.items():
            if key not in expected:
                hint = did_you_mean(key, expected) or "; remove it"
                yield document.problem(f"nothing sends `{key}`{hint}", *text.place)
        for key in expected:
            if key in found:
                continue
            if is_for_group(key):
                # Packs that were published before there were staff groups must still be read.
                message = f"`{key}` is missing; an office with this pack cannot have a staff group"
                yield Finding(document.path, 0, message, Severity.WARNING)
            else:
                yield missing(document, language, f"`{key}`", *key.split("."))


def flow_text_problems(parts: FlowParts, built: BuiltFlow) -> Iterator[Finding]:
    """Of one module or check-in: files, texts and labels missing, and texts of nothing."""
    folder = parts.path.rpartition("/")[0]
    for language in LANGUAGES:
        if language not in parts.texts:
            yield missing_file(f"{folder}/{language}.yaml", language)
            continue
        document, texts = parts.texts[language]
        if isinstance(texts, ModuleTexts):
            yield from _module_problems(document, language, texts, built)
        else:
            yield from _check_in_problems(document, language, texts, built)


def _module_problems(
    document: Document, language: str, texts: ModuleTexts, built: BuiltFlow
) -> Iterator[Finding]:
    by_lesson: dict[str, list[PlacedStep]] = {key: [] for key in built.flow.lessons}
    for placed in built.steps:
        by_lesson[placed.lesson].append(placed)
    yield from _unknown(document, "lesson", texts.lessons, by_lesson, "lessons")
    for key, steps in by_lesson.items():
        lesson = texts.lessons.get(key)
        if lesson is None:
            yield missing(document, language, f"lesson `{key}`", "lessons", key)
            continue
        yield from _steps_problems(document, language, lesson.steps, steps, ("lessons", key))


def _check_in_problems(
    document: Document, language: str, texts: CheckInTexts, built: BuiltFlow
) -> Iterator[Finding]:
    yield from _steps_problems(document, language, texts.steps, built.steps, ("steps",))


def _steps_problems(
    document: Document,
    language: str,
    texts: Mapping[str, StepTexts],
    steps: Iterable[PlacedStep],
    above: tuple[str, ...],
) -> Iterator[Finding]:
    by_name = {placed.name: placed for placed in steps}
    yield from _unknown(document, "step", texts, by_name, *above)
    for name, placed in by_name.items():
        entry = texts.get(name)
        if entry is None:
            if placed.step.has_text:
                yield missing(document, language, f"step `{name}`", *above, name)
            continue
        yield from _step_problems(document, language, entry, placed, (*above, name))


def _step_problems(
    document: Document,
    language: str,
    entry: StepTexts,
    placed: PlacedStep,
    above: tuple[str, ...],
) -> Iterator[Finding]:
    step = placed.step
    wanted, possible = _parts(step, entry)
    for part in ("text", "right", "wrong", "hint"):
        written = entry.part(part)
        if part in wanted and not (written or "").strip():
            yield missing(document, language, f"`{part}` of step `{placed.name}`", *above, part)
        elif part not in possible and written is not None:
            if part == "text" and step.kind in MAY_BE_SILENT:
                message = (
                    f"step `{placed.name}` has a text here but none in nb.yaml; write it there"
                )
            elif part == "hint" and step.kind == QUIZ.code:
                message = "only a quiz with `second_try: true` says a `hint`; add that or remove it"
            else:
                message = f"a {step.kind} step says no `{part}`; remove it"
            yield document.problem(message, *above, part)
    known = scale_options(step) if step.kind == SCALE.code else step.options
    for option in step.options:
        if option not in entry.options:
            what = f"label of option `{option}` of step `{placed.name}`"
            yield missing(document, language, what, *above, "options", option)
    yield from _unknown(document, "option", entry.options, known, *above, "options")
    if step.kind == QUIZ.code:
        yield from _unknown(document, "option", entry.feedback, step.options, *above, "feedback")
    elif entry.feedback:
        message = f"a {step.kind} step says no `feedback`; remove it"
        yield document.problem(message, *above, "feedback")
    seen: dict[str, str] = {}
    for option, label in entry.options.items():
        if (first := seen.setdefault(label.casefold(), option)) != option:
            message = f"options `{first}` and `{option}` have the same label; tell them apart"
            yield document.problem(message, *above, "options", option)


def _parts(step: Step, entry: StepTexts) -> tuple[set[str], set[str]]:
    """Which texts a step must have, and which it may have."""
    wanted = {"text"} if step.has_text else set()
    if step.kind != QUIZ.code:
        return wanted, wanted
    wrong = [option for option in step.options if option != step.right]
    if step.right not in entry.feedback:
        wanted.add("right")
    # After a second try one sentence must serve whatever was chosen.
    if step.second_try or any(option not in entry.feedback for option in wrong):
        wanted.add("wrong")
    return wanted, wanted | {"right", "wrong"} | ({"hint"} if step.second_try else set())


def _unknown(
    document: Document,
    what: str,
    written: Iterable[str],
    known: Collection[str],
    *above: str,
) -> Iterator[Finding]:
    for key in written:
        if key not in known:
            hint = did_you_mean(key, known) or "; remove it"
            yield document.problem(f"there is no {what} `{key}`{hint}", *above, key)


def missing(document: Document, language: str, what: str, *place: str | int) -> Finding:
    line = document.line(*place)
    if language in MAY_FALL_BACK:
        message = f"{what} is missing in {language}; bokmål is sent instead"
        return Finding(document.path, line, message, Severity.WARNING)
    return Finding(document.path, line, f"{what} is missing in {language}; write it")


def missing_file(path: str, language: str) -> Finding:
    if language in MAY_FALL_BACK:
        message = "the file is missing; bokmål is sent instead"
        return Finding(path, 0, message, Severity.WARNING)
    return Finding(path, 0, "the file is missing")
