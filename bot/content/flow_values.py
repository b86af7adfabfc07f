"""Which of a participant's own values the texts of flows may use, and what each of them holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.content.assembling import FlowParts, Parts
from bot.content.models import CheckInFile, StepEntry
from bot.content.placeholders import BUTTON_MAX_CHARS
from bot.domain.budget import ExpenseKind, IncomeKind
from bot.domain.flows import Flow, Step


class Holds(StrEnum):
    WORDS = "words"  # as somebody typed them
    LABEL = "label"  # the words of a button, or of several
    CODE = "code"  # of an option, for conditions alone; of several with commas between
    NUMBER = "number"  # plain digits: "1200", "7.5"
    DATE = "date"  # as 2026-03-12
    LINES = "lines"  # a list's records, one a line


@dataclass(frozen=True, slots=True)
class Held:
    """What one value may be; `max_chars` bounds words and labels, `codes` are the options."""

    holds: Holds
    max_chars: int = 200
    codes: tuple[str, ...] = ()


# By the name a text uses ("profile.plan_who"): one entry for each way the value may come about.
Values = Mapping[str, tuple[Held, ...]]

_WORDS = Held(Holds.WORDS)
BUILT_IN: dict[str, Held] = {
    **dict.fromkeys(
        (
            *("cv_name", "cv_phone", "cv_email", "cv_town", "cv_link", "cv_about"),
            *("cv_driving_licence", "cv_interests", "cv_references"),
            *("letter_advert", "letter_workplace", "letter_why", "letter_fits"),
            *("letter_start", "letter_greets", "plan_who", "plan_at"),
        ),
        _WORDS,
    ),
    **dict.fromkeys(
        ("cv_jobs", "cv_education", "cv_courses", "cv_volunteering", "cv_languages"),
        Held(Holds.LINES),
    ),
    **{f"budget_in_{kind.value}": Held(Holds.NUMBER) for kind in IncomeKind},
    **{f"budget_out_{kind.value}": Held(Holds.NUMBER) for kind in ExpenseKind},
    "plan_on": Held(Holds.DATE),
    "plan_state": Held(Holds.CODE, codes=("open", "done", "dropped")),
}
"""What the documents and the plan read and write (docs/content.md)."""

_OF_OPTIONS = frozenset({"choose", "choose_several", "quiz", "rank", "remind_later", "review"})
_OF_SEVERAL = frozenset({"choose_several", "rank"})
_OF_NUMBERS = frozenset({"number", "scale"})
_LONGEST_WORDS = {"short_text": 1000, "long_text": 4000}  # where the step says nothing


@dataclass(frozen=True, slots=True)
class FlowValues:
    """Of one flow: what its texts may use; and what they must not, each with what to do instead."""

    values: Values
    remedies: Mapping[str, str]


def profile_values(parts: Parts) -> dict[str, tuple[Held, ...]]:
    """Every name of the profile that some flow of the pack sets, or that the program knows."""
    found: dict[str, dict[Held, None]] = {}
    for flow in parts.flows.values():
        by_key = dict(_entries(flow))
        for key, entry in by_key.items():
            for name, held in _set_by(key, entry, by_key):
                found.setdefault(f"profile.{name}", {})[held] = None
    for name, held in BUILT_IN.items():
        found.setdefault(f"profile.{name}", {held: None})
    return {name: tuple(ways) for name, ways in found.items()}


def flow_values(flow: FlowParts, profile: Values) -> FlowValues:
    """What the texts of one flow may use: the profile, and the flow's own answers."""
    values = dict(profile)
    remedies: dict[str, str] = {}
    for key, entry in _entries(flow):
        name = f"answers.{key}"
        if entry.into is not None:
            remedies[name] = f"is kept in the profile; write `profile.{entry.into}`"
        elif (held := _answer(entry)) is not None:
            values[name] = (held,)
        else:
            article = "an" if entry.kind[0] in "aeiou" else "a"
            remedies[name] = f"is never there: {article} {entry.kind} step has no answer in words"
    return FlowValues(values, remedies)


def _entries(flow: FlowParts) -> Iterator[tuple[str, StepEntry]]:
    """Every step by its full key."""
    if flow.structure is None:
        return
    _, structure = flow.structure
    if isinstance(structure, CheckInFile):
        yield from ((entry.key, entry) for entry in structure.steps)
        return
    for lesson in structure.lessons:
        yield from ((f"{lesson.key}.{entry.key}", entry) for entry in lesson.steps)


def _set_by(
    key: str, entry: StepEntry, by_key: Mapping[str, StepEntry]
) -> Iterator[tuple[str, Held]]:
    if entry.into is not None and (stored := _stored(entry)) is not None:
        yield entry.into, stored
    elif entry.kind == "keep" and entry.list_name is not None:
        yield entry.list_name, Held(Holds.LINES)
    elif entry.kind == "set" and entry.name is not None:
        if entry.value is not None:
            yield entry.name, Held(Holds.CODE, codes=(entry.value,))
        elif entry.answer is not None:
            lesson = key.rpartition(".")[0]
            asked = by_key.get(entry.answer) or by_key.get(f"{lesson}.{entry.answer}")
            if asked is not None and (stored := _stored(asked)) is not None:
                yield entry.name, stored


def stored_by(step: Step, flow: Flow) -> Iterator[Held]:
    """What goes to the profile by `into` or `set`; nothing where the step is wrong."""
    asked = step if step.into is not None else flow.step(step.answer or "")
    if step.value is not None:
        yield Held(Holds.CODE, codes=(step.value,))
    elif asked is not None and (stored := _stored(asked)) is not None:
        yield stored


def _stored(entry: StepEntry | Step) -> Held | None:
    """What goes to the profile: codes for options."""
    if entry.kind in _OF_OPTIONS:
        return Held(Holds.CODE, codes=entry.options)
    return _answer(entry)


def _answer(entry: StepEntry | Step) -> Held | None:
    """What a text shows of an answer: the labels of options."""
    if entry.kind in _OF_OPTIONS:
        count = len(entry.options) if entry.kind in _OF_SEVERAL else 1
        return Held(Holds.LABEL, count * (BUTTON_MAX_CHARS + len(", ")))
    if entry.kind in _OF_NUMBERS:
        return Held(Holds.NUMBER)
    if entry.kind == "date":
        return Held(Holds.DATE)
    if entry.kind in _LONGEST_WORDS:
        return Held(Holds.WORDS, entry.max_chars or _LONGEST_WORDS[entry.kind])
    return None
