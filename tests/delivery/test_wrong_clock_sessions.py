"""What a clock ahead made look like the past: reminders of sessions, and the last sign of life."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.people import Participant
from bot.domain.planning import Occurrence, OccurrenceState, ProgrammeSession
from bot.services.clock_mending import mend_what_is_ahead
from bot.services.outage import note_alive
from bot.services.plan_mending import note_distrust
from bot.services.ports import UnitOfWork
from bot.services.programme_sessions import add_session, cancel_session, move_session
from bot.services.rights import erase, leave
from bot.services.silence import plan_no_sign_of_life, sign_of_life
from bot.services.sweep import fire_occurrence
from tests.real_office import NOON, OFFICE, RealOffice

A_WRONG_DAY = NOON + timedelta(days=3)
IN_TWO_DAYS = NOON + timedelta(days=2)


@pytest.fixture
def seen(office: RealOffice) -> RealOffice:
    """The program has been at this moment."""
    office.do(note_alive)
    return office


def appointment(
    office: RealOffice, starts_at: datetime = IN_TWO_DAYS, who: Participant | None = None
) -> ProgrammeSession:
    return office.do(
        add_session,
        office_id=OFFICE,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        theme="cv",
        place="nav_office",
        participant_id=(who or office.amina).id,
        announce=False,
    )


def reminders(office: RealOffice) -> list[Occurrence]:
    """All there ever were, in order of their moment."""
    found = [one for one in office.rows("occurrences") if one.rule == "session_reminder"]
    return sorted(found, key=lambda one: one.due_at)


def clock_goes_wrong(office: RealOffice, moment: datetime = A_WRONG_DAY) -> None:
    office.clock.moment = moment
    office.do(note_distrust)


def clock_is_right_again(office: RealOffice, moment: datetime = NOON) -> None:
    office.clock.moment = moment
    office.do(mend_what_is_ahead)


def test_reminders_that_seemed_to_be_past_are_planned_once_the_clock_is_right(
    seen: RealOffice,
) -> None:
    office = seen
    clock_goes_wrong(office)
    gathering = appointment(office)
    before = reminders(office)

    clock_is_right_again(office)

    assert before == []
    planned = reminders(office)
    assert {one.subject for one in planned} == {f"session:{gathering.id}"}
    assert len(planned) == 2
    assert all(NOON < one.due_at < IN_TWO_DAYS for one in planned)


def test_a_session_moved_under_a_wrong_clock_gets_the_reminders_it_lacks(seen: RealOffice) -> None:
    office = seen
    gathering = appointment(office)
    later = A_WRONG_DAY + timedelta(minutes=30)
    clock_goes_wrong(office)
    office.do(move_session, gathering.id, starts_at=later)

    clock_is_right_again(office)

    pending = [one for one in reminders(office) if one.state is OccurrenceState.PENDING]
    assert len(pending) == 2
    assert {one.expires_at for one in pending} == {later}


def test_a_moment_that_is_really_past_stays_past(seen: RealOffice) -> None:
    office = seen
    clock_goes_wrong(office)
    appointment(office)

    clock_is_right_again(office, IN_TWO_DAYS - timedelta(hours=3))

    (only,) = reminders(office)
    assert only.due_at == IN_TWO_DAYS - timedelta(hours=2)


def test_nobody_is_reminded_twice_however_often_plans_are_mended(seen: RealOffice) -> None:
    office = seen
    clock_goes_wrong(office)
    appointment(office)
    clock_is_right_again(office)
    first, _ = reminders(office)
    office.clock.moment = first.due_at
    office.do(fire_occurrence, first.id)

    clock_goes_wrong(office)
    clock_is_right_again(office, first.due_at)

    states = [one.state for one in reminders(office)]
    assert states == [OccurrenceState.DONE, OccurrenceState.PENDING]


def test_a_session_cancelled_meanwhile_is_not_reminded_of(seen: RealOffice) -> None:
    office = seen
    clock_goes_wrong(office)
    gathering = appointment(office)
    office.clock.moment = NOON
    office.do(cancel_session, gathering.id)

    office.do(mend_what_is_ahead)

    assert reminders(office) == []


@pytest.mark.parametrize("end", [leave, erase])
def test_who_has_gone_meanwhile_is_reminded_of_nothing_and_holds_up_nobody(
    seen: RealOffice, end: Callable[[UnitOfWork, Participant], None]
) -> None:
    office = seen
    clock_goes_wrong(office)
    appointment(office)
    appointment(office, IN_TWO_DAYS + timedelta(hours=3), office.ben)
    office.clock.moment = NOON
    office.do(end, office.amina)

    office.do(mend_what_is_ahead)

    assert {one.participant_id for one in reminders(office)} == {office.ben.id}


def test_with_a_right_clock_what_is_past_is_not_noted(seen: RealOffice) -> None:
    office = seen
    appointment(office, NOON - timedelta(hours=2))

    assert office.do(mend_what_is_ahead) == 0


def test_a_sign_of_life_in_a_time_to_come_counts_as_now(seen: RealOffice) -> None:
    office = seen
    clock_goes_wrong(office)
    office.do(sign_of_life, office.amina)
    office.do(sign_of_life, office.ben)
    office.clock.moment = NOON
    office.do(lambda uow: sign_of_life(uow, office.ben))

    office.do(mend_what_is_ahead)

    people = office.rows("participants")
    assert [who.last_sign_of_life_at for who in people] == [NOON, NOON]


def test_a_sign_of_life_in_a_time_to_come_delays_no_timer_of_silence(seen: RealOffice) -> None:
    office = seen
    office.do(plan_no_sign_of_life, office.amina)
    ahead = office.do(
        lambda uow: replace(
            uow.participants.get(office.amina.id),
            last_sign_of_life_at=uow.now + timedelta(days=365),
        )
    )
    office.do(lambda uow: uow.participants.save(ahead))
    (timer,) = _life(office)
    office.clock.moment = timer.due_at

    office.do(fire_occurrence, timer.id)

    (again,) = _life(office)
    wait = timer.due_at - NOON
    assert abs(again.due_at - (timer.due_at + wait)) <= timedelta(hours=1)
    office.clock.moment = again.due_at
    office.do(fire_occurrence, again.id)
    (third,) = _life(office)
    assert third.reason == "looked"


def _life(office: RealOffice) -> list[Occurrence]:
    return office.do(lambda uow: uow.occurrences.pending_of(office.amina.id, "no_sign_of_life"))
