"""What was planned while the machine's clock was ahead: the team queue's steps, and timers of silence."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain import run_state
from bot.domain.case_codes import Step
from bot.domain.flows import RunStatus
from bot.domain.people import Participant
from bot.domain.planning import Occurrence
from bot.services import occurrences
from bot.services.cases import raise_signal
from bot.services.check_ins import check_in_given_up, plan_next_check_in
from bot.services.clock_mending import mend_what_is_ahead
from bot.services.notices import claim_mails, mail_sent
from bot.services.offices import add_absence
from bot.services.plan_mending import note_distrust
from bot.services.ports import UnitOfWork
from bot.services.runs import start_run
from bot.services.silence import plan_never_started, plan_no_sign_of_life
from tests.real_office import NOON, RealOffice

A_WRONG_DAY = NOON + timedelta(days=1)


@pytest.fixture
def empty_chairs(office: RealOffice) -> RealOffice:
    """Nobody is there to own a case: it comes to the team queue."""
    away = {"starts_at": NOON - timedelta(days=1), "ends_at": NOON + timedelta(days=30)}
    office.do(add_absence, office.carol, **away)
    return office


def calls_for_help(uow: UnitOfWork, participant_id: int) -> None:
    who = uow.participants.get(participant_id)
    raise_signal(uow, who, reason="help", source=f"sample:{participant_id}:{uow.now}")


def send_mails(uow: UnitOfWork) -> int:
    mails = claim_mails(uow, real_now=uow.now, console_url="https://example.org")
    for mail in mails:
        mail_sent(uow, mail.notice_ids)
    return len(mails)


def next_look(office: RealOffice, participant_id: int) -> datetime | None:
    (case,) = office.do(lambda uow: uow.cases.open_of(participant_id))
    assert case.step is Step.QUEUE
    looked: datetime | None = case.next_at
    return looked


@pytest.mark.parametrize("told", ["under the wrong clock", "under the right one", "not yet"])
def test_a_case_that_came_to_the_queue_under_a_wrong_clock_repeats_as_any_other(
    empty_chairs: RealOffice, told: str
) -> None:
    office = empty_chairs
    office.do(calls_for_help, office.ben.id)
    office.do(send_mails)
    office.clock.moment = A_WRONG_DAY
    office.do(calls_for_help, office.amina.id)
    if told == "under the wrong clock":
        office.do(send_mails)
    office.clock.moment = NOON

    office.do(mend_what_is_ahead)
    if told == "under the right one":
        office.do(send_mails)

    assert next_look(office, office.amina.id) == next_look(office, office.ben.id)


def test_staff_hear_once_of_a_case_whose_step_was_mended(empty_chairs: RealOffice) -> None:
    office = empty_chairs
    office.clock.moment = A_WRONG_DAY
    office.do(calls_for_help, office.amina.id)
    office.clock.moment = NOON

    office.do(mend_what_is_ahead)
    office.do(mend_what_is_ahead)
    mails = office.do(send_mails)
    again = office.do(send_mails)

    assert (mails, again) == (len({n.staff_id for n in office.rows("notices")}), 0)


def test_a_case_that_is_told_of_with_a_right_clock_keeps_its_step(empty_chairs: RealOffice) -> None:
    office = empty_chairs
    office.do(calls_for_help, office.ben.id)
    before = next_look(office, office.ben.id)

    mended = office.do(mend_what_is_ahead)

    assert (mended, next_look(office, office.ben.id)) == (0, before)


Plan = Callable[[UnitOfWork, Participant], None]
A_WRONG_WEEK = NOON + timedelta(days=8)


def plan_missed_note(uow: UnitOfWork, participant: Participant) -> None:
    plan_for(uow, participant, "missed_session", "session:1", uow.now)


def plan_for(
    uow: UnitOfWork, participant: Participant, rule: str, subject: str, due_at: datetime
) -> None:
    occurrences.plan(
        uow, participant, rule=rule, subject=subject, revision=str(due_at), due_at=due_at
    )


def let_a_lesson_wait(uow: UnitOfWork, participant: Participant) -> None:
    """For a day, as a lesson of the rules of working life ends."""
    begun = start_run(uow, participant, flow_key="module:workplace_rules", subject="once")
    assert begun is not None
    wake_at = uow.now + timedelta(days=1)
    state = replace(
        run_state.load(begun.run.state),
        step_key="contract.overnight",
        status=RunStatus.WAITING,
        wake_at=wake_at,
    )
    waiting = replace(
        begun.run, state=run_state.dump(state), status=RunStatus.WAITING.value, wake_at=wake_at
    )
    uow.runs.save(waiting)
    plan_for(uow, participant, "run_wake", f"run:{waiting.id}", wake_at)


def planned(office: RealOffice, participant: Participant, rule: str) -> list[Occurrence]:
    return office.do(lambda uow: uow.occurrences.pending_of(participant.id, rule))


PLANS = pytest.mark.parametrize(
    ("rule", "plan"),
    [
        ("check_in", plan_next_check_in),
        ("never_started", plan_never_started),
        ("no_sign_of_life", plan_no_sign_of_life),
        ("missed_session", plan_missed_note),
        ("run_wake", let_a_lesson_wait),
    ],
)


@pytest.fixture
def idle(office: RealOffice) -> RealOffice:
    """Nothing is planned for Amina and Ben yet."""
    for who in (office.amina, office.ben):
        office.do(occurrences.supersede, who.id, reason="sample")
    return office


@PLANS
def test_a_timer_planned_under_a_wrong_clock_is_planned_anew_from_now(
    idle: RealOffice, rule: str, plan: Plan
) -> None:
    office = idle
    office.do(plan, office.ben)
    office.clock.moment = A_WRONG_WEEK
    office.do(note_distrust)
    office.do(plan, office.amina)
    office.clock.moment = NOON
    (wrong,) = planned(office, office.amina, rule)

    office.do(mend_what_is_ahead)

    (mended,) = planned(office, office.amina, rule)
    (right,) = planned(office, office.ben, rule)
    assert (wrong.due_at > right.due_at, mended.due_at) == (True, right.due_at)


@PLANS
def test_a_timer_planned_under_a_right_clock_stays(idle: RealOffice, rule: str, plan: Plan) -> None:
    office = idle
    office.do(plan, office.amina)
    before = planned(office, office.amina, rule)
    office.do(note_distrust)
    office.clock.moment = NOON + timedelta(hours=5)

    office.do(mend_what_is_ahead)

    assert planned(office, office.amina, rule) == before


def test_a_lesson_wakes_when_its_mended_wait_is_over(idle: RealOffice) -> None:
    office = idle
    office.clock.moment = A_WRONG_WEEK
    office.do(note_distrust)
    office.do(let_a_lesson_wait, office.amina)
    office.clock.moment = NOON

    office.do(mend_what_is_ahead)

    (run,) = office.do(lambda uow: uow.runs.open_of(office.amina.id))
    assert run.wake_at == run_state.load(run.state).wake_at == NOON + timedelta(days=1)


def test_check_ins_go_on_after_one_was_planned_anew(idle: RealOffice) -> None:
    office = idle
    office.clock.moment = A_WRONG_WEEK
    office.do(note_distrust)
    office.do(plan_next_check_in, office.amina)
    office.clock.moment = NOON
    (wrong,) = planned(office, office.amina, "check_in")
    office.do(mend_what_is_ahead)
    (mended,) = planned(office, office.amina, "check_in")

    # The weeks come round to the very moment that was wrong.
    while mended.due_at < wrong.due_at:
        office.clock.moment = mended.due_at
        office.do(check_in_given_up, mended)
        office.do(occurrences.skip, mended.id, "sample")
        (mended,) = planned(office, office.amina, "check_in")

    assert mended.due_at == wrong.due_at


def test_without_a_wrong_clock_nobody_looks_at_timers(idle: RealOffice) -> None:
    office = idle
    office.do(note_distrust)
    office.do(mend_what_is_ahead)  # what was distrusted once is looked at once
    office.clock.moment = A_WRONG_WEEK
    office.do(plan_no_sign_of_life, office.amina)
    office.clock.moment = NOON
    before = planned(office, office.amina, "no_sign_of_life")

    first = office.do(mend_what_is_ahead)

    assert first == 0
    assert planned(office, office.amina, "no_sign_of_life") == before
