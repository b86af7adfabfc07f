"""From the files of a module or check-in to a Flow and its texts, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.content.assembling import FlowParts
from bot.content.findings import Finding, did_you_mean
from bot.content.languages import ORIGINAL
from bot.content.models import CheckInFile, CheckInTexts, ModuleFile, ModuleTexts, StepEntry
from bot.content.pack import FlowTexts
from bot.content.yaml_source import Document
from bot.domain.escalation_reasons import ESCALATION_REASONS
from bot.domain.flows import Flow, Step
from bot.domain.steps import KINDS_BY_CODE
from bot.domain.steps.check import check_flow

# A text is the point of every other kind.
MAY_BE_SILENT = frozenset({"wait", "finish"})
_QUOTED = re.compile(r"'([^']+)'")
# The domain's sentences name the field they are about; its line is nearer than the step's.
_FIELDS = ("goto", "escalate", "right", "options", "for", "max_chars", "outcome", "kind")

Place = tuple[str | int, ...]


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
            step = entry.as_step(entry.key, dict(entry.goto), has_text=not silent)
            yield PlacedStep(step, "", entry.key, ("steps", index))
        return
    by_lesson = original.lessons if isinstance(original, ModuleTexts) else {}
    for number, lesson in enumerate(structure.lessons):
        lesson_texts = by_lesson.get(lesson.key)
        for index, entry in enumerate(lesson.steps):
            goto = {
                option: target if "." in target else f"{lesson.key}.{target}"
                for option, target in entry.goto.items()
            }
            texts_of_step = lesson_texts.steps.get(entry.key) if lesson_texts else None
            silent = _is_silent(entry, texts_of_step)
            step = entry.as_step(f"{lesson.key}.{entry.key}", goto, has_text=not silent)
            place = ("lessons", number, "steps", index)
            yield PlacedStep(step, lesson.key, entry.key, place)


def _is_silent(entry: StepEntry, texts: object) -> bool:
    return entry.kind in MAY_BE_SILENT and getattr(texts, "text", None) is None


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
        place = placed.place if placed else ()
        about = next((name for name in _FIELDS if re.search(rf"\b{name}\b", sentence)), None)
        near = (*place, about) if about else place
        yield document.problem(_with_hint(sentence, placed, by_key), *near)
    reasons = {reason.code for reason in ESCALATION_REASONS if not reason.retired}
    for placed in built.steps:
        for option, reason in placed.step.escalate.items():
            if reason not in reasons:
                hint = did_you_mean(reason, reasons) or f"; there are {', '.join(sorted(reasons))}"
                message = f"unknown escalation reason `{reason}`{hint}"
                yield document.problem(message, *placed.place, "escalate", option)
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
                yield document.problem(f"lesson `{key}` stands twice", "lessons", number, "key")


def _with_hint(sentence: str, placed: PlacedStep | None, by_key: dict[str, PlacedStep]) -> str:
    known = {*by_key, *KINDS_BY_CODE, *(placed.step.options if placed else ())}
    for word in _QUOTED.findall(sentence):
        if word not in known and (hint := did_you_mean(word, known)):
            return sentence.rstrip(".") + hint
    return sentence.rstrip(".")
