"""Small types that several models of pack files share: keys, durations, times, names."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
)

from bot.content.findings import did_you_mean
from bot.content.languages import LANGUAGES
from bot.domain.durations import Duration


class PackModel(BaseModel):
    """Every model of a pack file: an unknown field is an error, never ignored."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True
    )


def _duration(value: object) -> object:
    if isinstance(value, Duration):
        return value
    if not isinstance(value, str):
        raise ValueError('write a duration as "2 working days" or "20 seconds"')  # noqa: TRY004 pydantic collects ValueError
    return Duration.parse(value)


def _time(value: object) -> object:
    if isinstance(value, time):
        return value
    hour, _, minute = str(value).partition(":")
    if hour.isdecimal() and len(minute) == 2 and minute.isdecimal():
        hours, minutes = int(hour), int(minute)
        if hours < 24 and minutes < 60:
            return time(hours, minutes)
    raise ValueError(f'"{value}" is not a time of day; write it as "10:00"')


def wall_time(written: str | None) -> time | None:
    """The time of day, or None for other words."""
    if written is None or ":" not in written:
        return None
    try:
        found = _time(written)
    except ValueError:
        return None
    return found if isinstance(found, time) else None


def _pause(value: object) -> object:
    """A time of day ("18:00") or a duration."""
    if isinstance(value, str) and ":" in value:
        return _time(value)
    return value if isinstance(value, time) else _duration(value)


def _date(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f'"{value}" is not a date; write it as 2026-01-31') from None


def _languages(value: dict[str, str]) -> dict[str, str]:
    for language in value:
        if language not in LANGUAGES:
            hint = did_you_mean(language, LANGUAGES) or f"; there are {', '.join(LANGUAGES)}"
            raise ValueError(f"unknown language `{language}`{hint}")
    return value


Key = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40, strip_whitespace=False)
]
# Option codes travel in Telegram's callback data, which holds 64 bytes with the rest.
OptionKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=24)]
# Editors read 113 as a number; to us every scalar is words.
Words = Annotated[
    str,
    StringConstraints(min_length=1, strip_whitespace=True),
    WithJsonSchema({"type": ["string", "number"]}),
]
# The shapes are for editors (bot/content/schemas.py); what is wrong is said by the validators.
DurationField = Annotated[
    Duration,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "examples": ["2 hours", "1 day", "2 working days"]}),
]
TimeOfDay = Annotated[
    time,
    BeforeValidator(_time),
    WithJsonSchema({"type": "string", "pattern": "^[0-2]?[0-9]:[0-5][0-9]$"}),
]
PauseField = Annotated[
    Duration | time,
    BeforeValidator(_pause),
    WithJsonSchema({"type": "string", "examples": ["2 hours", "1 day", "18:00"]}),
]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
# Words in several languages; which must be there is a matter of the check, with its own line each.
Localised = Annotated[
    dict[str, Words],
    AfterValidator(_languages),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {language: {"type": "string"} for language in LANGUAGES},
            "additionalProperties": False,
        }
    ),
]
