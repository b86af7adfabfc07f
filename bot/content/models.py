"""Pydantic models of modules, check-ins, their texts, facts and help lines as files hold them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot.content.field_types import (
    Day,
    DurationField,
    Key,
    Localised,
    OptionKey,
    PackModel,
    Words,
)
from bot.domain.flows import Step


class StepEntry(PackModel):
    """One step as `module.yaml` writes it; which fields a kind takes is the kind's own matter."""

    key: Key
    kind: str
    options: tuple[OptionKey, ...] = ()
    right: OptionKey | None = None
    optional: bool = False
    max_chars: Annotated[int, Field(ge=1, le=4000)] = 1000
    wait_for: DurationField | None = Field(default=None, alias="for")
    goto: dict[OptionKey, str] = Field(default_factory=dict)
    escalate: dict[OptionKey, str] = Field(default_factory=dict)
    outcome: Key = "completed"
    facts: tuple[str, ...] = ()
    max_attempts: Annotated[int, Field(ge=1, le=10)] = 3

    def as_step(self, key: str, goto: dict[str, str], *, has_text: bool) -> Step:
        return Step(
            key=key,
            kind=self.kind,
            options=self.options,
            right=self.right,
            optional=self.optional,
            max_chars=self.max_chars,
            wait_for=self.wait_for,
            goto=goto,
            escalate=dict(self.escalate),
            outcome=self.outcome,
            facts=self.facts,
            max_attempts=self.max_attempts,
            has_text=has_text,
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

    def part(self, part: str) -> str | None:
        return {"text": self.text, "right": self.right, "wrong": self.wrong}.get(part)


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
