"""From the files of a module or check-in to a Flow and its texts, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.content.assembling import FlowParts
from bot.content.findings import Finding, did_you_mean
from bot.content.languages import ORIGINAL
from bot.content.models import CheckInFile, CheckInTexts, ModuleFile, ModuleTexts, StepEntry
from bot.content.pack import FlowTexts
from bot.content.step_sentences import Place, finding_of
from bot.content.yaml_source import Document
from bot.domain.escalation_reasons import ESCALATION_REASONS
from bot.domain.flows import Flow, Step
from bot.domain.steps import KINDS_BY_CODE
from bot.domain.steps.check import check_flow
from bot.domain.steps.keep import CONSTANT

# A text is the point of every other kind.
MAY_BE_SILENT = frozenset({"wait", "finish", "document", "module", "hand_over"})
ALWAYS_SILENT = frozenset({"branch", "back", "set", "keep"})


@dataclass(frozen=True, slots=True)
class PlacedStep:
    """A step with where it stands in the structure file, and in which lesson ("" in check-ins)."""

    step: Step
    lesson: str
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class BuiltFlow:
    flow: Flow
    steps: tuple[PlacedStep, ...]
    document: Document


def build_flow(parts: FlowParts) -> BuiltFlow | None:
    """Return the flow, or None when there is no structure file that could be read."""
    if parts.structure is None:
        return None
    document, structure = parts.structure
    # Where the original cannot be read, another language tells which steps have a text.
    original = parts.texts.get(ORIGINAL) or next(iter(parts.texts.values()), None)
    placed = tuple(_placed_steps(structure, original[1] if original else None))
    lessons = (
        tuple(lesson.key for lesson in structure.lessons)
        if isinstance(structure, ModuleFile)
        else ()
    )
    flow = Flow(parts.flow_key, tuple(step.step for step in placed), lessons)
    return BuiltFlow(flow, placed, document)


def _placed_steps(
    structure: ModuleFile | CheckInFile, original: ModuleTexts | CheckInTexts | None
) -> Iterator[PlacedStep]:
    if isinstance(structure, CheckInFile):
        texts = original.steps if isinstance(original, CheckInTexts) else {}
        for index, entry in enumerate(structure.steps):
            silent = _is_silent(entry, texts.get(entry.key))
            step = entry.as_step(entry.key, str, has_text=not silent)
            yield PlacedStep(step, "", entry.key, ("steps", index))
        return
    by_lesson = original.lessons if isinstance(original, ModuleTexts) else {}
    for number, lesson in enumerate(structure.lessons):
        lesson_texts = by_lesson.get(lesson.key)
        for index, entry in enumerate(lesson.steps):
            texts_of_step = lesson_texts.steps.get(entry.key) if lesson_texts else None
            silent = _is_silent(entry, texts_of_step)
            step = entry.as_step(
                f"{lesson.key}.{entry.key}", _in_lesson(lesson.key), has_text=not silent
            )
            place = ("lessons", number, "steps", index)
            yield PlacedStep(step, lesson.key, entry.key, place)


def _in_lesson(lesson: str) -> Callable[[str], str]:
    """Steps of the own lesson may be named without it."""

    def in_full(name: str) -> str:
        return name if "." in name or name.startswith(CONSTANT) else f"{lesson}.{name}"

    return in_full


def _is_silent(entry: StepEntry, texts: object) -> bool:
    if entry.kind in ALWAYS_SILENT:
        return True
    # Whether a kind that does not exist needs a text cannot be known.
    may_be = entry.kind in MAY_BE_SILENT or entry.kind not in KINDS_BY_CODE
    return may_be and getattr(texts, "text", None) is None


def flow_texts(texts: ModuleTexts | CheckInTexts) -> FlowTexts:
    """The texts of one language with steps under their full keys."""
    if isinstance(texts, CheckInTexts):
        return FlowTexts(texts.title, {}, texts.steps)
    return FlowTexts(
        texts.title,
        {key: lesson.title for key, lesson in texts.lessons.items()},
        {
            f"{lesson_key}.{step_key}": entry
            for lesson_key, lesson in texts.lessons.items()
            for step_key, entry in lesson.steps.items()
        },
    )


def structure_problems(
    built: BuiltFlow, structure: ModuleFile | CheckInFile, facts: frozenset[str]
) -> Iterator[Finding]:
    """Everything wrong with the flow itself, texts apart."""
    document = built.document
    by_key = {placed.step.key: placed for placed in built.steps}
    for step_key, sentence in check_flow(built.flow):
        placed = by_key.get(step_key)
        place, step = (placed.place, placed.step) if placed else ((), None)
        yield finding_of(sentence, document, place, step, tuple(by_key))
    reasons = {reason.code for reason in ESCALATION_REASONS if not reason.retired}
    for placed in built.steps:
        named: list[tuple[str, Place]] = [
            (reason, ("escalate", option)) for option, reason in placed.step.escalate.items()
        ]
        if placed.step.reason is not None:
            named.append((placed.step.reason, ("reason",)))
        for reason, below in named:
            if reason not in reasons:
                hint = did_you_mean(reason, reasons) or f"; there are {', '.join(sorted(reasons))}"
                message = f"unknown escalation reason `{reason}`{hint}"
                yield document.problem(message, *placed.place, *below)
        for index, fact in enumerate(placed.step.facts):
            if fact not in facts:
                hint = did_you_mean(fact, facts) or "; register it in facts.yaml"
                yield document.problem(
                    f"unknown fact `{fact}`{hint}", *placed.place, "facts", index
                )
        if placed.lesson and placed.name == "title":
            message = "a step cannot be called `title`; that is the lesson's title"
            yield document.problem(message, *placed.place, "key")
    if isinstance(structure, ModuleFile):
        lessons = [lesson.key for lesson in structure.lessons]
        for number, key in enumerate(lessons):
            if key in lessons[:number]:
                yield document.problem(
                    f"lesson `{key}` stands twice; give each a key of its own",
                    "lessons",
                    number,
                    "key",
                )
