"""One case told command by command, with Carol (owner), Ola (her deputy) and Kari on staff."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import escalation
from bot.domain.case_commands import Command, NoticeSent, Open, TimeDue
from bot.domain.case_events import CaseEvent, NoticeRequest
from bot.domain.cases import Case
from bot.domain.programme import LadderTimes
from bot.domain.staffing import Absence, Staffing, StaffMember
from bot.domain.work_calendar import OfficeHours, WorkCalendar

CAROL, OLA, KARI = 1, 2, 3
STAFF = (
    StaffMember(CAROL, standing_deputy_id=OLA),
    StaffMember(OLA, standing_deputy_id=CAROL),
    StaffMember(KARI),
)


def oslo(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of November 2026; the 2nd is a Monday."""
    zone = ZoneInfo("Europe/Oslo")
    return datetime(2026, 11, day, hour, minute, second, tzinfo=zone).astimezone(UTC)


class Story:
    """One case and its events, told command by command."""

    def __init__(self, hours: OfficeHours | None = None) -> None:
        self.calendar = WorkCalendar(hours or OfficeHours())
        self.staffing = Staffing.of(1, STAFF)
        self.events: list[CaseEvent] = []
        self.stored: Case | None = None

    @property
    def case(self) -> Case:
        assert self.stored is not None
        return self.stored

    def happens(self, command: Command, at: datetime, **more: LadderTimes) -> tuple[CaseEvent, ...]:
        events = escalation.decide(
            self.stored, command, now=at, calendar=self.calendar, staffing=self.staffing, **more
        )
        for event in events:
            self.stored = escalation.evolve(self.stored, event)
        self.events += events
        return events

    def opens(
        self, reason: str, at: datetime, *, owner: int | None = CAROL, earlier: int = 0
    ) -> Story:
        self.happens(Open(1, 7, reason, "fact:1", owner, None, False, earlier, 40), at)
        return self

    def sent(self, at: datetime) -> Story:
        self.happens(NoticeSent(self.case.step_notice), at)
        return self

    def time_is_up(self, *, late_by: timedelta = timedelta(0)) -> Story:
        assert self.case.next_at is not None
        self.happens(TimeDue(), self.case.next_at + late_by)
        return self

    def away(self, *staff_ids: int, since: datetime) -> Story:
        absences = (*self.staffing.absences, *(Absence(one, since) for one in staff_ids))
        self.staffing = Staffing.of(1, STAFF, absences)
        return self

    def last_notice(self) -> NoticeRequest:
        requests = [NoticeRequest.from_event(event) for event in self.events]
        return [request for request in requests if request][-1]
