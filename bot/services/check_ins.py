"""Asks check-ins, and waits for their answers: one nudge, then a human."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.durations import Duration
from bot.domain.flows import RunStatus
from bot.domain.initiative import Go, Later
from bot.domain.messages import Lane, MessageClass, OutboxMessage
from bot.domain.people import Participant
from bot.domain.planning import Expectation, ExpectationState, Occurrence
from bot.domain.programme import CheckInPlan
from bot.domain.reminder_times import next_weekly
from bot.domain.run_events import AskAgain
from bot.domain.time_of_day import at_hour
from bot.services import occurrences
from bot.services.cases import participant_answered, raise_signal
from bot.services.floor import while_at_a_lesson
from bot.services.initiative import judge_initiative
from bot.services.ports import UnitOfWork
from bot.services.runs import advance, start_run
from bot.services.speaking import Sending, calendar_of, render

A_DAY = timedelta(days=1)


def plan_next_check_in(uow: UnitOfWork, participant: Participant) -> None:
    """Plan the one check-in that comes next; each, when due, plans the one after."""
    plan = uow.pack(participant.office_id).programme.check_in
    due_at = _next_due_at(uow, participant, plan)
    occurrences.plan(
        uow,
        participant,
        rule="check_in",
        subject=f"check_in:{plan.key}",
        revision=f"{due_at:%Y%m%dT%H%M%S}",
        due_at=due_at,
        expires_at=due_at + timedelta(days=3),
    )


def fire_check_in(uow: UnitOfWork, occurrence: Occurrence) -> occurrences.Result:
    """Rule "check_in": ask, unless the last one still waits for its answer."""
    participant = uow.participants.get(occurrence.participant_id)
    plan = uow.pack(participant.office_id).programme.check_in
    if uow.enrolments.active_of(participant.id) is None:
        return occurrences.Skipped("enrolment_ended")
    is_rare = not _is_faster_than_daily(plan.every)
    if is_rare and (busy := while_at_a_lesson(uow, participant)) is not None:
        return busy
    waiting = [e for e in uow.expectations.open_of(participant.id) if e.kind == "check_in"]
    verdict = judge_initiative(
        uow,
        participant,
        rule="check_in",
        subject=occurrence.subject,
        key=occurrence.key,
        counts=is_rare,
    )
    if isinstance(verdict, Later) and not waiting:
        return occurrences.Postponed(verdict.at, verdict.reason)
    plan_next_check_in(uow, participant)
    if waiting:
        return occurrences.Skipped("last_one_unanswered")
    return occurrences.unless_held(verdict, lambda: _ask(uow, participant, plan, occurrence))


def check_in_given_up(uow: UnitOfWork, occurrence: Occurrence) -> None:
    """This one came too late or failed for good: the next one comes all the same."""
    plan_next_check_in(uow, uow.participants.get(occurrence.participant_id))


def _ask(
    uow: UnitOfWork, participant: Participant, plan: CheckInPlan, occurrence: Occurrence
) -> None:
    how = Sending(
        rule="check_in",
        key=f"check_in:{occurrence.key}",
        lane=Lane.REMINDER,
        message_class=MessageClass.AT_LEAST_ONCE,
        is_initiative=True,
    )
    subject = occurrence.key.split(":", 3)[-1]
    outcome = start_run(uow, participant, flow_key=f"check_in:{plan.key}", subject=subject, how=how)
    if outcome is not None and outcome.run.status == RunStatus.ASKING.value:
        uow.expectations.add(
            Expectation(
                office_id=participant.office_id,
                participant_id=participant.id,
                kind="check_in",
                subject=f"run:{outcome.run.id}",
                key=f"check_in:{participant.id}:{outcome.run.id}",
                opened_at=uow.now,
            )
        )


def check_in_sent(uow: UnitOfWork, message: OutboxMessage) -> None:
    """The question reached Telegram: only now the clock of silence starts."""
    expectation = uow.expectations.by_key(f"check_in:{message.participant_id}:{_run_id(message)}")
    if (
        expectation is None
        or expectation.state is not ExpectationState.OPEN
        or expectation.next_at is not None
    ):
        return
    calendar = calendar_of(uow, message.office_id)
    plan = uow.pack(message.office_id).programme.check_in
    nudge_at = calendar.next_allowed(calendar.add(uow.now, plan.nudge_after))
    uow.expectations.save(replace(expectation, next_at=nudge_at))


def nudge_done(uow: UnitOfWork, message: OutboxMessage) -> None:
    """The nudge was sent, or cannot be: what was asked was delivered, so its clock runs on."""
    expectation = uow.expectations.by_key(f"check_in:{message.participant_id}:{_run_id(message)}")
    if expectation is None or expectation.state is not ExpectationState.OPEN:
        return
    calendar = calendar_of(uow, message.office_id)
    plan = uow.pack(message.office_id).programme.check_in
    uow.expectations.save(
        replace(expectation, nudged_at=uow.now, next_at=calendar.add(uow.now, plan.missed_after))
    )


def check_in_undelivered(uow: UnitOfWork, message: OutboxMessage) -> None:
    """The question never reached them: not their silence."""
    expectation = uow.expectations.by_key(f"check_in:{message.participant_id}:{_run_id(message)}")
    if (
        expectation is not None
        and expectation.state is ExpectationState.OPEN
        and expectation.next_at is None
    ):
        close_expectation(uow, expectation, ExpectationState.EXCUSED, "not_delivered")


def check_in_answered(uow: UnitOfWork, participant: Participant, run_id: int) -> None:
    """The first answer is the sign of life that was awaited."""
    expectation = uow.expectations.by_key(f"check_in:{participant.id}:{run_id}")
    if expectation is not None and expectation.state is ExpectationState.OPEN:
        close_expectation(uow, expectation, ExpectationState.MET, "answered")
    participant_answered(uow, participant)


def close_expectation(
    uow: UnitOfWork, expectation: Expectation, state: ExpectationState, reason: str
) -> None:
    uow.expectations.save(
        replace(expectation, state=state, reason=reason, next_at=None, closed_at=uow.now)
    )


def check_in_due(uow: UnitOfWork, expectation: Expectation) -> None:
    """An unanswered check-in's moment came: nudge once, then it is missed and a human is asked."""
    participant = uow.participants.get(expectation.participant_id)
    if expectation.nudged_at is not None:
        close_expectation(uow, expectation, ExpectationState.MISSED, "no_answer")
        raise_signal(
            uow, participant, reason="quiet", source=f"expectation:{expectation.id}:missed"
        )
        return
    run = uow.runs.get(int(expectation.subject.removeprefix("run:")))
    plan = uow.pack(participant.office_id).programme.check_in
    key = f"nudge:{participant.id}:run:{run.id}"
    # A nudge within the day of its question belongs to the same word we had with them.
    counts = not _is_faster_than_daily(plan.nudge_after)
    verdict = judge_initiative(
        uow, participant, rule="nudge", subject=expectation.subject, key=key, counts=counts
    )
    match verdict:
        case Go():
            how = Sending(
                rule="nudge",
                key=key,
                lane=Lane.REMINDER,
                message_class=MessageClass.AT_MOST_ONCE,
                is_initiative=True,
            )
            prefix = render(uow, participant, "check_in.nudge")
            # The clock stands still until the sender has told how it went.
            uow.expectations.save(replace(expectation, next_at=None))
            advance(uow, participant, run, AskAgain(), how=how, prefix=prefix)
        case Later(at=at):
            uow.expectations.save(replace(expectation, next_at=at))
        case _:
            close_expectation(uow, expectation, ExpectationState.EXCUSED, verdict.reason)


def _run_id(message: OutboxMessage) -> str:
    return message.subject.removeprefix("run:")


def _is_faster_than_daily(duration: Duration | None) -> bool:
    """A pack that plans several a day on purpose (a rehearsal) is taken at its word."""
    return duration is not None and duration.is_shorter_than_a_day


def _next_due_at(uow: UnitOfWork, participant: Participant, plan: CheckInPlan) -> datetime:
    calendar = calendar_of(uow, participant.office_id)
    if plan.every is not None:
        return calendar.add(uow.now, plan.every)
    assert plan.weekday is not None
    assert plan.at_time is not None
    return next_weekly(
        plan.weekday, at_hour(participant.preferred_hour, plan.at_time), uow.now, calendar
    )
