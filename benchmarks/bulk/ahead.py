"""What the coming week holds: reminders, check-ins, lessons that go on, and cases that are open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import orjson

from benchmarks.bulk.filling import Filler, Row
from benchmarks.bulk.people import COURSE_WEEKS, WEEKS_BEHIND, Person
from benchmarks.bulk.shape import NOW, Country, instant, week_of
from bot.domain.case_codes import Verdict, staff_actor
from bot.domain.case_commands import Acknowledge, Close, NoticeSent, Open
from bot.domain.cases import Case, CaseEvent, CaseState
from bot.domain.durations import Duration
from bot.domain.escalation import decide, evolve
from bot.domain.office_hours import OfficeHours
from bot.domain.programme import LadderTimes
from bot.domain.staffing import Staffing, StaffMember
from bot.domain.work_calendar import WorkCalendar

FRIDAY_NOON = NOW + timedelta(days=4, hours=12)
OPEN_CASE_EVERY, CLOSED_CASES = 30, 2  # one in thirty has an open case; two a year are behind each
OWNER, DEPUTY, PARTICIPANT, OFFICE = 1, 2, 3, 4
TIMES = LadderTimes(*(Duration.parse(f"{days} working days") for days in (1, 1, 2)))


def declare(filler: Filler) -> None:
    filler.table(
        "escalation",
        "id office_id participant_id reason state owner_id version opened_at next_at closed_at"
        " folded",
    )
    filler.table("case_event", "id case_id version event at")
    filler.table("case_note", "id case_id participant_id staff_id at text")
    filler.table(
        "signal", "id office_id participant_id reason source at case_id suppressed_because"
    )
    filler.table(
        "notice",
        "id office_id staff_id case_id participant_id key kind created_at not_before step number"
        " is_digest context state reason attempts lease_until sent_at",
    )


class Ahead:
    """Writes what is pending for a participant on the Monday that the week begins."""

    def __init__(self, filler: Filler, country: Country, person: Person) -> None:
        self._filler = filler
        self._country = country
        self._person = person

    def fill(self) -> None:
        person, is_sampled = self._person, self._country.is_sampled(self._person.place)
        due = FRIDAY_NOON
        key = f"check_in:{person.id}:check_in:weekly:{due:%Y%m%dT%H%M%S}:"
        self._pending("check_in", "check_in:weekly", key, due, expires=due + timedelta(days=3))
        # The lazy timer of silence: somewhere in ten days, or after the week.
        spread = timedelta(minutes=person.id * 37 % (10 * 24 * 60))
        later = NOW + spread if is_sampled else NOW + timedelta(days=8) + spread
        key = f"no_sign_of_life:{person.id}:life:{NOW:%Y%m%dT%H%M%S}:"
        self._pending("no_sign_of_life", "life", key, later)
        if person.cohort_id is not None:
            self._course(is_sampled)

    def _course(self, is_sampled: bool) -> None:
        person = self._person
        for week in range(COURSE_WEEKS - WEEKS_BEHIND):
            if week == 0 and not is_sampled:
                continue
            for place, day in enumerate((1, 3)):
                starts_at = NOW + timedelta(weeks=week, days=day, hours=10)
                session_id = person.first_session_id + (WEEKS_BEHIND + week) * 2 + place
                subject = f"session:{session_id}"
                revision = f"{starts_at + timedelta(hours=1):%Y-%m-%dT%H:%M}~0"
                for slot, due in (
                    ("evening_before", starts_at - timedelta(hours=16)),
                    ("two_hours_before", starts_at - timedelta(hours=2)),
                ):
                    key = f"session_reminder:{person.id}:{subject}:{revision}:{slot}"
                    self._pending("session_reminder", subject, key, due, expires=starts_at)
        ends_at = NOW + timedelta(weeks=COURSE_WEEKS - WEEKS_BEHIND)
        key = f"enrolment_end:{person.id}:enrolment:{person.id}:{ends_at:%Y%m%dT%H%M%S}:"
        self._pending("enrolment_end", f"enrolment:{person.id}", key, ends_at)

    def _pending(
        self, rule: str, subject: str, key: str, due: datetime, *, expires: datetime | None = None
    ) -> None:
        person = self._person
        row = (self._filler.number("occurrence"), person.office_id, person.id, rule, subject, key)
        expires_at = None if expires is None else instant(expires)
        self._filler.add("occurrence", (*row, instant(due), expires_at, "pending", "", 0, None))


def _take(case: Case) -> Acknowledge:
    return Acknowledge(OWNER, case.version)


def _close(case: Case) -> Close:
    return Close(OWNER, case.version, "phone", "reached_ok", Verdict.USEFUL)


class Cases:
    """Writes cases as the rules make them: decided once, then told of everybody anew."""

    def __init__(self, filler: Filler, country: Country) -> None:
        self._filler = filler
        self._country = country
        calendar = WorkCalendar(OfficeHours())
        staffing = Staffing.of(OFFICE, (StaffMember(OWNER, True, DEPUTY), StaffMember(DEPUTY)))
        self._open: list[CaseEvent] = []
        self._case: Case | None = None
        at = week_of(0) - timedelta(days=2)
        opening = Open(OFFICE, PARTICIPANT, "quiet", "expectation:1:missed", OWNER)
        for command in (opening, NoticeSent(1)):
            for event in decide(
                self._case, command, now=at, calendar=calendar, staffing=staffing, times=TIMES
            ):
                self._open.append(event)
                self._case = evolve(self._case, event)
        assert self._case is not None
        self._ends: list[CaseEvent] = []
        closed = self._case
        for act in (_take, _close):
            for event in decide(
                closed, act(closed), now=at, calendar=calendar, staffing=staffing, times=TIMES
            ):
                self._ends.append(event)
                closed = evolve(closed, event)
        self._closed = closed

    def fill(self, person: Person) -> None:
        for number in range(CLOSED_CASES):
            weeks_ago = (person.id * 7 + number * 23) % max(self._country.weeks, 1) + 1
            self._one(person, self._closed, [*self._open, *self._ends], week_of(weeks_ago))
        if person.id % OPEN_CASE_EVERY == 0 and not self._country.is_at_rest:
            assert self._case is not None
            self._one(person, self._case, self._open, week_of(0) - timedelta(days=2))

    def _one(self, person: Person, like: Case, events: list[CaseEvent], at: datetime) -> None:
        filler = self._filler
        number, signal_number = filler.number("escalation"), filler.number("signal")
        source = f"expectation:{signal_number}:missed"
        next_at = None if like.state is CaseState.CLOSED else self._next_look(person)
        ladder = replace(like.ladder, owner_id=person.caseworker_id, deputy_id=person.deputy_id)
        case = replace(
            like,
            id=number,
            office_id=person.office_id,
            participant_id=person.id,
            owner_id=None if like.owner_id is None else person.caseworker_id,
            ladder=ladder,
            opened_at=at,
            next_at=next_at,
            signals=(source,),
            closed_at=at + timedelta(days=2) if like.closed_at else None,
            closed_by=staff_actor(person.caseworker_id) if like.closed_by else None,
        )
        row: Row = (
            number,
            person.office_id,
            person.id,
            case.reason,
            case.state.value,
            case.owner_id,
        )
        row += (case.version, instant(at), None if next_at is None else instant(next_at))
        folded = orjson.dumps(case.to_json()).decode()
        filler.add(
            "escalation",
            (*row, None if case.closed_at is None else instant(case.closed_at), folded),
        )
        row = (signal_number, person.office_id, person.id, case.reason, source, instant(at), number)
        filler.add("signal", (*row, ""))
        for event in events:
            written = orjson.dumps(event.to_json()).decode()
            event_row = (filler.number("case_event"), number, event.version, written, instant(at))
            filler.add("case_event", event_row)
        if like.closed_at is not None:
            note = person.sealer(
                "Snakket på telefon, kommer på tirsdag.".encode(), "case_note.text"
            )
            note_row = (filler.number("case_note"), number, person.id, person.caseworker_id)
            filler.add("case_note", (*note_row, instant(at), note))
        self._notice(person, number, at)

    def _next_look(self, person: Person) -> datetime:
        """Of the sampled offices' within the week, of the others' after it."""
        after = timedelta(minutes=person.id * 41 % (5 * 24 * 60))
        if self._country.is_sampled(person.place):
            return NOW + timedelta(hours=9) + after
        return NOW + timedelta(days=8) + after

    def _notice(self, person: Person, case_id: int, at: datetime) -> None:
        filler, owner, moment = self._filler, person.caseworker_id, instant(at)
        key = f"case:{case_id}:1:{owner}"
        row: Row = (
            filler.number("notice"),
            person.office_id,
            owner,
            case_id,
            person.id,
            key,
            "case",
        )
        row += (moment, moment, 1, 1, True, "{}", "sent", "", 1, None, moment)
        filler.add("notice", row)
