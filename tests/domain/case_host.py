"""A tiny office in memory around the rules of a case: sweep, mailer, staff; and its invariants."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain import escalation
from bot.domain.case_codes import RECURRENCE_WINDOW, Step
from bot.domain.case_commands import (
    Command,
    FoldSignal,
    NoticeFailed,
    NoticeSent,
    Open,
    StaffingChanged,
    TimeDue,
)
from bot.domain.case_events import CaseEvent, CaseEventKind, NoticeRequest
from bot.domain.cases import Case, CaseState
from bot.domain.staffing import Absence, Staffing, StaffMember
from bot.domain.work_calendar import OfficeHours, WorkCalendar

OFFICE = 1
CALENDAR = WorkCalendar(OfficeHours())
MONDAY = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)  # 08:30 in Oslo; no public holiday before Yule

Decide = Callable[..., tuple[CaseEvent, ...]]


@dataclass
class NoticeRow:
    request: NoticeRequest
    state: str = "queued"  # or sent, failed, obsolete


@dataclass
class StoredCase:
    case: Case
    events: list[CaseEvent]
    notices: dict[int, NoticeRow] = field(default_factory=dict)


class CaseHost:
    """What the services do around `decide`, small enough to be read at a glance."""

    def __init__(self, decide: Decide = escalation.decide) -> None:
        self.decide = decide
        self.now = MONDAY
        self.members = {
            1: StaffMember(1, standing_deputy_id=2),
            2: StaffMember(2, standing_deputy_id=3),
            3: StaffMember(3, standing_deputy_id=1),
            4: StaffMember(4),
        }
        self.absences: list[Absence] = []
        self.dead_mailboxes: set[int] = set()
        self.mailer_works = True
        self.reports_lost = False  # mails leave, but the program dies before it notes so
        self.late_by = timedelta(0)  # how late the tick comes
        self.stored: list[StoredCase] = []
        self.sources: list[str] = []

    # --- what happens ---------------------------------------------------------------------------

    def staffing(self) -> Staffing:
        return Staffing.of(OFFICE, self.members.values(), self.absences)

    def open_cases(self) -> list[StoredCase]:
        return [stored for stored in self.stored if stored.case.is_open]

    def give(self, stored: StoredCase, command: Command) -> tuple[CaseEvent, ...]:
        events = self.decide(
            stored.case, command, now=self.now, calendar=CALENDAR, staffing=self.staffing()
        )
        self._store(stored, events)
        return events

    def signal(self, participant_id: int, reason: str, source: str, owner_id: int | None) -> None:
        if any(source in stored.case.signals for stored in self.stored):
            return  # the table of signals knows it
        self.sources.append(source)
        for stored in self.open_cases():
            if (stored.case.participant_id, stored.case.reason) == (participant_id, reason):
                self.give(stored, FoldSignal(source))
                return
        since = CALENDAR.take_away(self.now, RECURRENCE_WINDOW)
        earlier = [
            index
            for index, stored in enumerate(self.stored)
            if (stored.case.participant_id, stored.case.reason) == (participant_id, reason)
            and stored.case.opened_at >= since
        ]
        command = Open(
            OFFICE,
            participant_id,
            reason,
            source,
            owner_id,
            recent_count=len(earlier),
            last_case_id=earlier[-1] if earlier else None,
        )
        events = self.decide(
            None, command, now=self.now, calendar=CALENDAR, staffing=self.staffing()
        )
        stored = StoredCase(escalation.replay(events), list(events))
        self.stored.append(stored)
        self._write_notices(stored, events)
        self.work()

    def change_staffing(self) -> None:
        for stored in self.open_cases():
            self.give(stored, StaffingChanged())
        self.work()

    def pass_time(self, span: timedelta) -> None:
        """Play everything due until then, each at its own instant (plus the tick's lateness)."""
        until = self.now + span
        for _ in range(5000):
            upcoming = self._next_moment()
            if upcoming is None or upcoming + self.late_by > until:
                self.now = until
                self.work()
                return
            self.now = max(upcoming + self.late_by, self.now)
            self.work()
            self.check_open_cases()
        raise AssertionError("the office never comes to rest")

    def work(self) -> None:
        """One tick: the sweep, then the mailer, until neither finds anything."""
        staffing = self.staffing()
        for stored in self.open_cases():
            owner = stored.case.owner_id
            if owner is not None and not staffing.present_at(owner, self.now):
                self.give(stored, StaffingChanged())
            if stored.case.next_at is not None and stored.case.next_at <= self.now:
                self.give(stored, TimeDue())
        if self.mailer_works:
            for stored in self.stored:
                self._send_notices(stored)

    def crash(self) -> None:
        """Everything is rebuilt from what was written down, and the last work is done again."""
        for stored in self.stored:
            written = json.dumps([event.to_json() for event in stored.events])
            stored.events = [CaseEvent.from_json(data) for data in json.loads(written)]
            stored.case = Case.from_json(json.loads(json.dumps(stored.case.to_json())))
            for number, row in list(stored.notices.items()):
                if row.state == "sent" and stored.case.is_open:
                    self.give(stored, NoticeSent(number))
        self.work()

    # --- inside ---------------------------------------------------------------------------------

    def _next_moment(self) -> datetime | None:
        moments = [stored.case.next_at for stored in self.open_cases()]
        moments.append(self.staffing().next_change_after(self.now))
        if self.mailer_works:
            moments += [
                row.request.not_before
                for stored in self.stored
                for row in stored.notices.values()
                if row.state == "queued"
            ]
        return min((m for m in moments if m is not None and m > self.now), default=None)

    def _store(self, stored: StoredCase, events: tuple[CaseEvent, ...]) -> None:
        for event in events:
            stored.case = escalation.evolve(stored.case, event)
            stored.events.append(event)
        self._write_notices(stored, events)

    def _write_notices(self, stored: StoredCase, events: tuple[CaseEvent, ...]) -> None:
        for event in events:
            request = NoticeRequest.from_event(event)
            if request is not None:
                assert request.number not in stored.notices
                stored.notices[request.number] = NoticeRow(request)

    def _send_notices(self, stored: StoredCase) -> None:
        for number in list(stored.notices):
            row = stored.notices[number]
            if row.state != "queued" or row.request.not_before > self.now:
                continue
            if not escalation.notice_still_wanted(stored.case, row.request):
                row.state = "obsolete"
                continue
            staff_id = row.request.staff_id
            if staff_id in self.dead_mailboxes:
                row.state = "failed"
                self.give(stored, NoticeFailed(number))
                if staff_id % 2 == 0:  # the others have another channel
                    member = self.members[staff_id]
                    self.members[staff_id] = replace(member, has_working_channel=False)
                    self.change_staffing()
                return
            row.state = "sent"
            if not self.reports_lost:
                self.give(stored, NoticeSent(number))

    # --- what must always hold (numbers as in the design: docs/cases.md) --------------------------

    def check(self) -> None:
        self._check_signals()
        keys = [(s.case.participant_id, s.case.reason) for s in self.open_cases()]
        assert len(keys) == len(set(keys)), "2: two open cases of one participant and reason"
        for stored in self.stored:
            self._check_history(stored)
            if not stored.case.is_open:
                _check_closed(stored.case)
        self.check_open_cases()

    def check_open_cases(self) -> None:
        """Held at every moment, for what is wrong on Tuesday may look right again on Friday."""
        for stored in self.open_cases():
            self._check_open(stored)

    def check_after_silence(self) -> None:
        for stored in self.open_cases():
            case = stored.case
            assert case.state is CaseState.OPEN, "4: humans were silent, yet somebody has it"
            assert case.step is Step.QUEUE, "4: not in the queue after 14 days of silence"
            asked = [e.at for e in stored.events if e.kind is CaseEventKind.NOTICE_NEEDED]
            assert self.now - asked[-1] <= timedelta(days=4), "4: the queue has stopped repeating"

    def _check_signals(self) -> None:
        for source in self.sources:
            homes = [s for s in self.stored for name in s.case.signals if name == source]
            assert len(homes) == 1, f"1: signal {source} belongs to {len(homes)} cases"

    def _check_open(self, stored: StoredCase) -> None:
        case = stored.case
        if case.owner_id is None:
            assert case.state is CaseState.OPEN, "3: taken by nobody"
            assert case.step is Step.QUEUE, "3: without owner and not in the queue"
        else:
            assert case.step is not Step.QUEUE or case.state is not CaseState.OPEN, "3: both"
            assert self.staffing().present_at(case.owner_id, self.now), "3: the owner is away"
        assert case.next_at is not None, "3: nothing will look at it again"
        assert case.next_at > self.now, "3: its next moment has passed"
        assert case.next_at <= self.now + timedelta(days=12), "3: next looked at in weeks"
        if case.state is CaseState.OPEN:
            row = stored.notices.get(case.step_notice)
            assert row is not None, "8: no notice"
            assert row.request.staff_id == case.owner_id, "8: the notice is for somebody else"
            assert row.state in {"queued", "sent"}, "8: the owner's notice never went out"
        else:
            took = f"staff:{case.owner_id}"
            told = any(row.request.staff_id == case.owner_id for row in stored.notices.values())
            assert told or any(e.actor == took for e in stored.events), "8: owner was never told"

    def _check_history(self, stored: StoredCase) -> None:
        assert escalation.replay(stored.events) == replace(stored.case, id=0), "10: replay differs"
        written = json.loads(json.dumps([event.to_json() for event in stored.events]))
        assert [CaseEvent.from_json(data) for data in written] == stored.events, "10: JSON"
        sent_at: datetime | None = None
        for event in stored.events:
            if event.kind is CaseEventKind.NOTICE_SENT:
                sent_at = event.at
            elif event.data.get("why") == "unread":
                assert sent_at is not None, "a step ran out whose notice was never sent"
                hours = CALENDAR.working_minutes_between(sent_at, event.at) / 60
                assert hours >= 3, "a step ran out before its owner had the time"
            elif event.kind in {CaseEventKind.MOVED, CaseEventKind.REOPENED}:
                sent_at = None


def _check_closed(case: Case) -> None:
    assert case.closed_by, "7: closed by nobody"
    assert case.closed_at, "7: closed at no moment"
    assert case.outcome, "7: closed without an outcome"
    assert case.next_at is None, "7: closed and still looked at"
    if case.closed_by == "system":
        assert case.reason == "quiet", "7: the system closed what only people may close"
    else:
        assert case.contacted_how, "7: closed without saying how"
