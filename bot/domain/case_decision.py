"""One decision in the making: where a case lands on its ladder, and the events written so far."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain import case_clocks, case_history
from bot.domain.case_codes import SYSTEM, CaseState, Step, dump_moment
from bot.domain.case_events import CaseEvent, CaseEventKind, NoticeRequest, NoticeWhat
from bot.domain.cases import Case, Ladder
from bot.domain.escalation_reasons import EscalationReason, escalation_reason
from bot.domain.staffing import Staffing
from bot.domain.work_calendar import WorkCalendar


class Decision:
    """Collects events and folds each in at once, so that the next sees the case as it will be."""

    def __init__(
        self,
        case: Case | None,
        now: datetime,
        calendar: WorkCalendar,
        staffing: Staffing,
        *,
        ladder: Ladder | None = None,
        reason: EscalationReason | None = None,
    ) -> None:
        self._case = case
        self._ladder = ladder
        self.now = now
        self.calendar = calendar
        self.staffing = staffing
        self.reason = reason or escalation_reason(self.case.reason)
        self.events: list[CaseEvent] = []

    @property
    def case(self) -> Case:
        if self._case is None:
            raise ValueError("The case is not open yet.")
        return self._case

    @property
    def ladder(self) -> Ladder:
        return self._ladder or self.case.ladder

    def record(self, kind: CaseEventKind, actor: str, **data: Any) -> None:
        version = self._case.version + 1 if self._case else 1
        plain = {
            name: dump_moment(value) if isinstance(value, datetime) else value
            for name, value in data.items()
        }
        event = CaseEvent(kind, self.now, actor, version, plain)
        self._case = case_history.evolve(self._case, event)
        self.events.append(event)

    def landing(self, step: Step, *, passing_over: int | None = None) -> tuple[Step, int | None]:
        """Return the step and owner a case comes to when it is to go to `step` now.

        With nobody to act for that rung, or only `passing_over` who has had it already, that is
        the team queue.
        """
        owner_id = self.staffing.resolve(self.ladder.rung(step), self.now)
        if owner_id is None or owner_id == passing_over:
            return Step.QUEUE, None
        return step, owner_id

    def place(
        self,
        kind: CaseEventKind,
        actor: str,
        step: Step,
        owner_id: int | None,
        *,
        what: NoticeWhat,
        due_at: datetime | None = None,
        **data: Any,
    ) -> None:
        """Record that the case is now OPEN there, and ask for the notice that says so."""
        unsent = None
        if self._case and self._case.state is CaseState.OPEN and self._case.notified_at is None:
            unsent = self._case.step_notice
        not_before = case_clocks.notice_not_before(
            self.reason,
            now=self.now,
            due_at=due_at,
            repeats=what is NoticeWhat.REPEATED,
            calendar=self.calendar,
        )
        next_at = case_clocks.look_again_at(
            self.ladder, step, now=self.now, not_before=not_before, calendar=self.calendar
        )
        self.record(
            kind,
            actor,
            step=int(step),
            owner_id=owner_id,
            not_before=not_before,
            next_at=next_at,
            **data,
        )
        self._ladder = None
        self._record_notice(what, not_before, starts_clock=True, replaces=unsent)

    def ask_for_notice(self, what: NoticeWhat) -> None:
        """Ask for a notice to the owner beside the step's own."""
        not_before = case_clocks.notice_not_before(
            self.reason, now=self.now, due_at=None, repeats=False, calendar=self.calendar
        )
        self._record_notice(what, not_before, starts_clock=False, replaces=None)

    def step_ends_at(self) -> datetime:
        return case_clocks.step_ends_at(
            self.case, self.reason, sent_at=self.now, calendar=self.calendar
        )

    def is_ahead(self) -> bool:
        return case_clocks.is_ahead(self.case, self.reason, now=self.now, calendar=self.calendar)

    def _record_notice(
        self, what: NoticeWhat, not_before: datetime, *, starts_clock: bool, replaces: int | None
    ) -> None:
        notice = NoticeRequest(
            number=self.case.notices + 1,
            staff_id=self.case.owner_id,
            what=what,
            step=self.case.step,
            urgency=self.reason.urgency,
            not_before=not_before,
            starts_clock=starts_clock,
            replaces=replaces,
        )
        self.record(CaseEventKind.NOTICE_NEEDED, SYSTEM, **notice.to_json())
