"""Pydantic models of modules, check-ins, their texts, facts and help lines as files hold them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from bot.content.field_types import (
    Day,
    DurationField,
    Key,
    Localised,
    OptionKey,
    PackModel,
    PauseField,
    TimeOfDay,
    Words,
    wall_time,
)
from bot.domain.flows import Step


class StepEntry(PackModel):
    """One step as `module.yaml` writes it; which fields a kind takes is the kind's own matter."""

    key: Key
    kind: str
    facts: tuple[str, ...] = ()
    options: tuple[OptionKey, ...] = ()
    right: OptionKey | None = None
    second_try: bool = False
    optional: bool = False
    goto: dict[str, str] = Field(default_factory=dict)
    escalate: dict[OptionKey, str] = Field(default_factory=dict)
    max_attempts: Annotated[int, Field(ge=1, le=10)] = 3
    into: str | None = None
    listens_for: DurationField | None = None
    max_chars: Annotated[int, Field(ge=1, le=20_000)] | None = None
    at_least: Annotated[int, Field(ge=0)] | None = None
    at_most: Annotated[int, Field(ge=1)] | None = None
    lowest: int | None = Field(default=None, alias="from")
    highest: int | None = Field(default=None, alias="to")
    decimals: Annotated[int, Field(ge=0, le=2)] = 0
    unit: str = "none"
    dates: str = "any"
    takes: tuple[str, ...] = ()
    again: dict[OptionKey, str] = Field(default_factory=dict)
    image: str | None = None
    file: str | None = None
    voice: str | None = None
    place: str | None = None
    wait_for: DurationField | None = Field(default=None, alias="for")
    until: str | None = None
    at: TimeOfDay | None = None
    programme_session: Annotated[int, Field(ge=1)] | None = Field(default=None, alias="session")
    answer_of: str | None = Field(default=None, alias="of")
    after: dict[OptionKey, PauseField] = Field(default_factory=dict)
    by: str | None = None
    module: str | None = None
    name: str | None = None
    list_name: str | None = Field(default=None, alias="list")
    value: str | None = None
    answer: str | None = None
    forget: str | None = None
    record: dict[str, str] = Field(default_factory=dict)
    document: str | None = None
    reason: str | None = None
    outcome: Key = "completed"

    def as_step(self, key: str, in_full: Callable[[str], str], *, has_text: bool) -> Step:
        """`in_full` writes the name of a step with its lesson."""
        wall = wall_time(self.until)
        fields: dict[str, Any] = {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name not in ("key", "until", "at", "list_name")
        }
        return Step(
            **fields
            | {
                "key": key,
                "has_text": has_text,
                "until": "time" if wall is not None else self.until,
                "at": wall if wall is not None else self.at,
                "name": self.list_name if self.kind == "keep" else self.name,
                "goto": {option: in_full(target) for option, target in self.goto.items()},
                "again": {option: in_full(target) for option, target in self.again.items()},
                "escalate": dict(self.escalate),
                "after": dict(self.after),
                "by": None if self.by is None else in_full(self.by),
                "answer": None if self.answer is None else in_full(self.answer),
                "record": {name: in_full(step) for name, step in self.record.items()},
            }
        )


class LessonEntry(PackModel):
    key: Key
    steps: tuple[StepEntry, ...] = Field(min_length=1)


class ModuleFile(PackModel):
    """`modules/<key>/module.yaml`."""

    key: Key
    lessons: tuple[LessonEntry, ...] = Field(min_length=1)


class CheckInFile(PackModel):
    """`check_ins/<key>/check_in.yaml`."""

    key: Key
    steps: tuple[StepEntry, ...] = Field(min_length=1)


def _entry(value: object) -> object:
    """A bare text is short for `{text: …}`; nothing at all is an entry without texts."""
    if value is None:
        return {}
    return {"text": value} if isinstance(value, str) else value


class StepTexts(PackModel):
    """What one step says in one language."""

    text: str | None = None
    options: dict[str, Words] = Field(default_factory=dict)
    right: str | None = None
    wrong: str | None = None
    hint: str | None = None
    feedback: dict[str, str] = Field(default_factory=dict)
    alt: str | None = None

    def part(self, part: str, option: str = "") -> str | None:
        """The words of `part`; where `option` has words of its own, those."""
        own = self.feedback.get(option)
        if own is not None and part in ("right", "wrong", "hint"):
            return own
        return getattr(self, part) if part in PARTS else None


PARTS = ("text", "right", "wrong", "hint", "alt")
StepTextsField = Annotated[StepTexts, BeforeValidator(_entry)]


class LessonTexts(PackModel):
    """One lesson in one language: its title, and beside it one entry per step."""

    title: Words
    steps: dict[str, StepTextsField]


def _lesson(value: object) -> object:
    # In the file the title stands among the steps, where a reader looks for it.
    if not isinstance(value, dict):
        return value
    steps = {key: entry for key, entry in value.items() if key != "title"}
    return {"steps": steps} | ({"title": value["title"]} if "title" in value else {})


class ModuleTexts(PackModel):
    """`modules/<key>/<language>.yaml`."""

    title: Words
    lessons: dict[str, Annotated[LessonTexts, BeforeValidator(_lesson)]]


class CheckInTexts(PackModel):
    """`check_ins/<key>/<language>.yaml`."""

    title: Words
    steps: dict[str, StepTextsField]


Sure = Literal["high", "medium", "low"]


class Fact(PackModel):
    """One statement of the facts register, in English, as the source was understood."""

    statement: Words
    source: Words
    entered_on: Day | None = None  # when it came into the register
    checked_on: Day
    review_on: Day
    sure: Sure


def _in_all_languages(value: object) -> object:
    return {"nb": value, "nn": value, "en": value} if isinstance(value, str) else value


class HelpLine(PackModel):
    """A number participants may be given, and when that was last verified."""

    number: Words
    name: Localised
    hours: Annotated[Localised, BeforeValidator(_in_all_languages)]
    source: Words
    checked_on: Day
    review_on: Day | None = None
    sure: Sure | None = None
