"""Random days in the office of `case_host`: signals, staff, absences, departures, crashes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain import escalation
from bot.domain.case_commands import (
    Acknowledge,
    Close,
    FoldSignal,
    ParticipantAnswered,
    Snooze,
    StaffCommand,
    Transfer,
    TriedContact,
)
from bot.domain.cases import CaseState, Verdict
from bot.domain.errors import RuleBroken, StaleVersion
from bot.domain.staffing import Absence
from tests.domain.case_host import CaseHost, Decide, StoredCase

STAFF = st.sampled_from((1, 2, 3, 4))
REASONS = st.sampled_from(("quiet", "help", "undeliverable"))
PARTICIPANTS = st.sampled_from((1, 2))
PICK = st.integers(0, 20)
MINUTES = st.one_of(st.integers(1, 300), st.integers(300, 6000))
KINDS = st.sampled_from(("acknowledge", "tried", "snooze", "transfer", "close"))


def staff_command(kind: str, stored: StoredCase, host: CaseHost, **who: int) -> StaffCommand:
    staff_id, version, other = who["staff_id"], who["version"], who["other"]
    later = host.now + timedelta(days=1 + other)
    commands: dict[str, Callable[[], StaffCommand]] = {
        "acknowledge": lambda: Acknowledge(staff_id, version),
        "tried": lambda: TriedContact(
            staff_id, version, "phone", "no_answer", later if other == 1 else None
        ),
        "snooze": lambda: Snooze(staff_id, version, later),
        "transfer": lambda: Transfer(staff_id, version, other if other < 4 else None),
        "close": lambda: Close(staff_id, version, "phone", "reached_ok", Verdict.USEFUL),
    }
    return commands[kind]()


class CaseMachine(RuleBasedStateMachine):
    """`decide` is replaced by deliberate mistakes in test_escalation_mutants.py."""

    decide: Decide = staticmethod(escalation.decide)

    def __init__(self) -> None:
        super().__init__()
        self.host = CaseHost(type(self).decide)
        self.counter = 0

    def _pick(self, pick: int) -> StoredCase:
        cases = self.host.open_cases()
        return cases[pick % len(cases)]

    def _has_open(self) -> bool:
        return bool(self.host.open_cases())

    @rule(participant=PARTICIPANTS, reason=REASONS, owner=st.sampled_from((1, 1, 2, 4, None)))
    def something_happens(self, participant: int, reason: str, owner: int | None) -> None:
        self.counter += 1
        self.host.signal(participant, reason, f"fact:{self.counter}", owner)

    @precondition(lambda self: self.host.sources)
    @rule(pick=PICK, participant=PARTICIPANTS, reason=REASONS)
    def a_signal_is_repeated(self, pick: int, participant: int, reason: str) -> None:
        before = [len(stored.events) for stored in self.host.stored]
        source = self.host.sources[pick % len(self.host.sources)]
        self.host.signal(participant, reason, source, 1)
        for stored in self.host.stored:
            if source in stored.case.signals and stored.case.is_open:
                from_rules = self.host.give(stored, _fold(source))
                assert from_rules == (), "1: a repeated signal changed a case"
        assert [len(stored.events) for stored in self.host.stored] == before

    @rule(minutes=MINUTES)
    def time_passes(self, minutes: int) -> None:
        self.host.pass_time(timedelta(minutes=minutes))

    @rule(seconds=st.sampled_from((0, 0, 7, 240)))
    def the_tick_is_late(self, seconds: int) -> None:
        self.host.late_by = timedelta(seconds=seconds)

    @precondition(_has_open)
    @rule(pick=PICK, kind=KINDS, staff_id=STAFF, other=STAFF)
    def staff_act(self, pick: int, kind: str, staff_id: int, other: int) -> None:
        stored = self._pick(pick)
        version = stored.case.version
        command = staff_command(
            kind, stored, self.host, staff_id=staff_id, version=version, other=other
        )
        before = stored.case
        departed = not self.host.members[staff_id].is_active
        try:
            self.host.give(stored, command)
        except RuleBroken:
            assert stored.case == before
        else:
            assert not departed, "6: a departed actor changed something"
        self.host.work()

    @precondition(_has_open)
    @rule(pick=PICK)
    def somebody_takes_it_and_forgets(self, pick: int) -> None:
        stored = self._pick(pick)
        staffing = self.host.staffing()
        present = [one for one in self.host.members if staffing.present_at(one, self.host.now)]
        untaken = stored.case.state is CaseState.OPEN
        if present and untaken:
            self.host.give(stored, Acknowledge(present[0], stored.case.version))

    @precondition(_has_open)
    @rule(pick=PICK, kind=KINDS, staff_id=STAFF, ahead=st.booleans())
    def staff_act_on_what_they_did_not_see(
        self, pick: int, kind: str, staff_id: int, ahead: bool
    ) -> None:
        stored = self._pick(pick)
        case = stored.case
        version = case.version + 1 if ahead else case.decision_version - 1
        command = staff_command(
            kind, stored, self.host, staff_id=staff_id, version=version, other=2
        )
        refusal: RuleBroken | None = None
        try:
            self.host.give(stored, command)
        except RuleBroken as error:
            refusal = error
        assert refusal is not None, "6: a version that is not theirs changed something"
        departed = not self.host.members[staff_id].is_active
        assert departed or isinstance(refusal, StaleVersion)
        assert stored.case == case

    @precondition(_has_open)
    @rule(pick=PICK)
    def the_participant_answers(self, pick: int) -> None:
        self.host.give(self._pick(pick), ParticipantAnswered())
        self.host.work()

    @rule(
        staff_id=STAFF,
        starts_in_hours=st.integers(0, 60),
        lasts_hours=st.integers(1, 200),
        deputy=st.sampled_from((None, 1, 2, 3, 4)),
    )
    def an_absence_is_registered(
        self, staff_id: int, starts_in_hours: int, lasts_hours: int, deputy: int | None
    ) -> None:
        starts_at = self.host.now + timedelta(hours=starts_in_hours)
        ends_at = starts_at + timedelta(hours=lasts_hours)
        self.host.absences.append(Absence(staff_id, starts_at, ends_at, deputy))
        self.host.change_staffing()

    @rule()
    def all_absences_end(self) -> None:
        self.host.absences.clear()
        self.host.change_staffing()

    @rule(staff_id=STAFF, comes_back=st.booleans())
    def somebody_leaves_or_returns(self, staff_id: int, comes_back: bool) -> None:
        member = self.host.members[staff_id]
        self.host.members[staff_id] = replace(
            member, is_active=comes_back, has_working_channel=True
        )
        self.host.dead_mailboxes.discard(staff_id)
        self.host.change_staffing()

    @rule(staff_id=STAFF)
    def a_mailbox_dies(self, staff_id: int) -> None:
        self.host.dead_mailboxes.add(staff_id)

    @rule(works=st.booleans(), reports_lost=st.booleans())
    def the_mailer_changes(self, works: bool, reports_lost: bool) -> None:
        self.host.mailer_works, self.host.reports_lost = works, reports_lost

    @rule()
    def the_program_crashes(self) -> None:
        self.host.crash()

    @precondition(_has_open)
    @rule()
    def humans_are_silent_for_14_days(self) -> None:
        """Counted from the end of what a human last promised."""
        promised = [
            case.next_at
            for case in (stored.case for stored in self.host.open_cases())
            if case.next_at is not None and (case.act_by or case.next_try_at or case.snoozed_until)
        ]
        rest = max(promised, default=self.host.now) - self.host.now
        self.host.pass_time(max(rest, timedelta(0)) + timedelta(days=14))
        self.host.check_after_silence()

    @invariant()
    def everything_holds(self) -> None:
        self.host.check()


def _fold(source: str) -> FoldSignal:
    return FoldSignal(source)
