"""The models of `programme.yaml`, and how they become the domain's Programme."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from bot.content.field_types import DurationField, Key, Localised, PackModel, TimeOfDay
from bot.content.findings import did_you_mean
from bot.content.languages import LANGUAGES, ORIGINAL
from bot.domain.programme import (
    CheckInPlan,
    LadderTimes,
    MapPoint,
    ModulePlan,
    Place,
    PlannedSession,
    Programme,
    QuietRules,
    ReminderRule,
)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NORWEGIAN = {
    **dict(
        zip(
            ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
            WEEKDAYS,
            strict=True,
        )
    ),
    **{"måndag": "monday", "tysdag": "tuesday", "laurdag": "saturday", "sundag": "sunday"},
}


def _weekday(value: object) -> object:
    if isinstance(value, int):
        return value
    word = str(value).lower()
    if word not in WEEKDAYS:
        # "tirsdag" looks more like thursday than like tuesday.
        hint = f"; write {_NORWEGIAN[word]}" if word in _NORWEGIAN else did_you_mean(word, WEEKDAYS)
        hint = hint or "; write monday to sunday"
        raise ValueError(f"`{value}` is not a weekday{hint}")
    return WEEKDAYS.index(word)


Weekday = Annotated[int, BeforeValidator(_weekday), WithJsonSchema({"enum": list(WEEKDAYS)})]


class MapEntry(PackModel):
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class PlaceEntry(PackModel):
    name: Localised
    address: str = ""
    map: MapEntry | None = None


class SessionEntry(PackModel):
    week: Annotated[int, Field(ge=1, le=104)]
    day: Weekday
    start: TimeOfDay = Field(alias="from")
    end: TimeOfDay = Field(alias="to")
    theme: str
    place: str
    kind: Key | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> SessionEntry:
        if self.end <= self.start:
            raise ValueError(f"`to` ({self.end:%H:%M}) must be later than `from`")
        return self

    @property
    def starts(self) -> tuple[int, int, time]:
        return self.week, self.day, self.start


class ReminderEntry(PackModel):
    key: Key
    days_before: Annotated[int, Field(ge=0, le=30)] | None = None
    at: TimeOfDay | None = None
    before: DurationField | None = None
    kinds: Annotated[tuple[Key, ...], Field(alias="for")] = ()

    @model_validator(mode="after")
    def _has_one_form(self) -> ReminderEntry:
        clock = self.days_before is not None and self.at is not None
        half = (self.days_before is None) != (self.at is None)
        if half or clock == (self.before is not None):
            raise ValueError(
                "a reminder has either `days_before` and `at`, or `before`, as in "
                '{days_before: 1, at: "18:00"} or {before: "2 hours"}'
            )
        if self.before is not None and self.before.is_working_time:
            raise ValueError('`before` counts back from the start in plain time, as in "2 hours"')
        return self


class CheckInEntry(PackModel):
    key: Key
    day: Weekday | None = None
    at: TimeOfDay | None = None
    every: DurationField | None = None
    nudge_after: DurationField
    missed_after: DurationField

    @model_validator(mode="after")
    def _has_one_form(self) -> CheckInEntry:
        clock = self.day is not None and self.at is not None
        half = (self.day is None) != (self.at is None)
        if half or clock == (self.every is not None):
            raise ValueError(
                "a check-in has either `day` and `at`, or `every`, as in "
                '{day: friday, at: "12:00"} or {every: "7 days"}'
            )
        return self


class ModuleEntry(PackModel):
    key: Key
    after_session: Annotated[int, Field(ge=0)] = 0


class QuietEntry(PackModel):
    never_started_after: DurationField
    no_sign_of_life_after: DurationField
    missed_session_after: DurationField


class LadderEntry(PackModel):
    owner: DurationField
    deputy: DurationField
    act_within: DurationField


class ProgrammeFile(PackModel):
    """`programme.yaml`."""

    key: Key
    name: Localised
    places: dict[Key, PlaceEntry] = Field(default_factory=dict)
    themes: dict[Key, Localised] = Field(default_factory=dict)
    sessions: tuple[SessionEntry, ...] = ()
    reminders: tuple[ReminderEntry, ...] = ()
    check_in: CheckInEntry
    modules: tuple[ModuleEntry, ...] = ()
    quiet: QuietEntry
    ladders: dict[str, LadderEntry] = Field(default_factory=dict)

    def as_programme(self) -> Programme:
        """The plan in the domain's shape; sessions are numbered in the order they happen."""
        in_time = sorted(self.sessions, key=lambda gathering: gathering.starts)
        return Programme(
            key=self.key,
            name=_every_language(self.name),
            sessions=tuple(
                PlannedSession(
                    number=number,
                    week=gathering.week,
                    weekday=gathering.day,
                    start_time=gathering.start,
                    end_time=gathering.end,
                    theme=gathering.theme,
                    place=gathering.place,
                    kind=gathering.kind or "",
                )
                for number, gathering in enumerate(in_time, start=1)
            ),
            themes={key: _every_language(name) for key, name in self.themes.items()},
            places={
                key: Place(
                    key=key,
                    name=_every_language(place.name),
                    address=place.address,
                    map=MapPoint(place.map.latitude, place.map.longitude) if place.map else None,
                )
                for key, place in self.places.items()
            },
            reminders=tuple(
                ReminderRule(
                    key=reminder.key,
                    days_before=reminder.days_before,
                    at_time=reminder.at,
                    lead=reminder.before,
                    kinds=frozenset(reminder.kinds),
                )
                for reminder in self.reminders
            ),
            check_in=CheckInPlan(
                key=self.check_in.key,
                weekday=self.check_in.day,
                at_time=self.check_in.at,
                every=self.check_in.every,
                nudge_after=self.check_in.nudge_after,
                missed_after=self.check_in.missed_after,
            ),
            modules=tuple(
                ModulePlan(key=module.key, after_session=module.after_session)
                for module in self.modules
            ),
            quiet=QuietRules(
                never_started_after=self.quiet.never_started_after,
                no_sign_of_life_after=self.quiet.no_sign_of_life_after,
                missed_session_after=self.quiet.missed_session_after,
            ),
            ladders={
                reason: LadderTimes(
                    owner=ladder.owner, deputy=ladder.deputy, act_within=ladder.act_within
                )
                for reason, ladder in self.ladders.items()
            },
        )


def _every_language(words: dict[str, str]) -> dict[str, str]:
    """Fill the gaps with the original, so that a reader need not know about fallbacks."""
    original = words.get(ORIGINAL) or next(iter(words.values()), "")
    return {language: words.get(language, original) for language in LANGUAGES}
