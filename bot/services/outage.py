"""After the program was away: our own outage is nobody's silence, and nobody gets a pile of messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.flows import RunStatus
from bot.domain.initiative import WORTH_WAKING
from bot.domain.messages import Lane, MessageClass, Question
from bot.domain.people import Participant, ParticipantStatus
from bot.domain.planning import Occurrence
from bot.domain.run_events import AskAgain
from bot.services import occurrences
from bot.services.check_ins import plan_next_check_in
from bot.services.operations import tell_coordinators
from bot.services.ports import UnitOfWork
from bot.services.runs import advance
from bot.services.speaking import Sending, calendar_of, render

# Telegram keeps button taps for 150 seconds and messages for a day.
TAPS_ARE_LOST_AFTER = timedelta(seconds=150)
TEXTS_ARE_LOST_AFTER = timedelta(hours=24)

# As scheduling/clock_guard.py judges; ahead includes the time between two notes.
CLOCK_BEHIND, CLOCK_AHEAD = timedelta(seconds=5), timedelta(minutes=5)

# Rules that measure silence: they stand still while nobody could be heard.
CLOCKS_OF_SILENCE = ("never_started", "no_sign_of_life")


# Offices whose bots were away, and since when.
Gone = Mapping[int, datetime]


def note_alive(uow: UnitOfWork) -> None:
    """Remember that the program ran at this moment, and the highest clock it has seen."""
    uow.program_state.write("alive_at", uow.now.isoformat())
    highest = highest_clock(uow)
    if highest is None or uow.now > highest:
        uow.program_state.write("highest_clock", uow.now.isoformat())


def last_alive(uow: UnitOfWork) -> datetime | None:
    return _moment(uow, "alive_at")


def highest_clock(uow: UnitOfWork) -> datetime | None:
    return _moment(uow, "highest_clock")


def clock_is_plausible(uow: UnitOfWork) -> bool:
    """Whether now is near the last moment the sweep trusted; it notes one every few seconds."""
    highest = highest_clock(uow)
    return highest is None or highest - CLOCK_BEHIND <= uow.now <= highest + CLOCK_AHEAD


def note_polled(uow: UnitOfWork, office_id: int) -> None:
    """Remember that Telegram gave us this bot's updates at this moment."""
    uow.program_state.write(f"polled_at:{office_id}", uow.now.isoformat())


def polled_at(uow: UnitOfWork, office_id: int) -> datetime | None:
    """When some process last got this bot's updates."""
    return _moment(uow, f"polled_at:{office_id}")


def came_back(uow: UnitOfWork, since: datetime, *, office_id: int | None = None) -> None:
    """The program was away from `since` until now, longer than Telegram keeps taps.

    Clocks of silence stand still for the gap. Open questions of the last day are asked once more,
    one per participant. Of what fell due meanwhile each participant gets one message at the most.
    Whoever notices an outage says so; no time is looked back at twice.

    Args:
        office_id: Only this office's bot was away: nobody else's clocks are touched.
    """
    offices = [office.id for office in uow.offices.all()] if office_id is None else [office_id]
    gone = {one: max(since, _looked_back_until(uow, one) or since) for one in offices}
    gone = {one: from_ for one, from_ in gone.items() if uow.now - from_ > TAPS_ARE_LOST_AFTER}
    if not gone:
        return
    uow.cause = f"outage:{since:%Y%m%dT%H%M%S}"
    for one in gone:
        uow.program_state.write(f"looked_back_until:{one}", uow.now.isoformat())
    for expectation in uow.expectations.all_open():
        away = gone.get(expectation.office_id)
        if away and expectation.next_at is not None and expectation.opened_at < uow.now:
            later = expectation.next_at + (uow.now - away)
            uow.expectations.save(replace(expectation, next_at=later))
    for occurrence in uow.occurrences.pending_by_rules(CLOCKS_OF_SILENCE):
        if away := gone.get(occurrence.office_id):
            later = occurrence.due_at + (uow.now - away)
            uow.occurrences.save(replace(occurrence, due_at=later))
    if office_id is None:  # nobody sends yet
        _let_nothing_leave_at_night(uow, gone)
    asked = _ask_open_questions_again(uow, gone)
    _thin_out(uow, gone, asked)
    for one, away in gone.items():
        _tell_of_lost_texts(uow, one, away)


def _let_nothing_leave_at_night(uow: UnitOfWork, gone: Gone) -> None:
    """What had not left when we went away was judged by the hour of then.

    Rather at night than too late, or than never; and what changes a session was put at night on
    purpose, if it was.
    """
    for office_id in gone:
        opens_at = calendar_of(uow, office_id).next_allowed(uow.now)
        if opens_at <= uow.now:
            continue
        for message in uow.outbox.ours_queued(office_id, before=opens_at):
            is_worth_waking = message.rule == "session_change" or (
                message.expires_at is not None and message.expires_at < opens_at + WORTH_WAKING
            )
            if not is_worth_waking:
                # As if it had not been tried: what waits after a try waits for no morning.
                uow.outbox.save(replace(message, not_before=opens_at, attempts=0))


def _tell_of_lost_texts(uow: UnitOfWork, office_id: int, since: datetime) -> None:
    gap = uow.now - since
    if gap > TEXTS_ARE_LOST_AFTER:
        tell_coordinators(
            uow,
            office_id,
            topic=f"outage:{since:%Y%m%d}",
            sentence=(
                f"The program was away from {since:%Y-%m-%d %H:%M} UTC for {gap.days} days and "
                f"{gap.seconds // 3600} hours. Telegram keeps messages for a day: some may be missing."
            ),
        )


def _looked_back_until(uow: UnitOfWork, office_id: int) -> datetime | None:
    until = _moment(uow, f"looked_back_until:{office_id}")
    return until if until is None or until <= uow.now else None  # else the clock was wrong


def _moment(uow: UnitOfWork, name: str) -> datetime | None:
    stored = uow.program_state.read(name)
    return datetime.fromisoformat(stored) if isinstance(stored, str) else None


def _ask_open_questions_again(uow: UnitOfWork, gone: Gone) -> set[int]:
    """Ask again what may have been answered in vain; who was asked has had their one message."""
    newest: dict[int, Question] = {}
    earliest = min(gone.values()) - TEXTS_ARE_LOST_AFTER
    for question in uow.questions.open_of_kind("run", asked_after=earliest):
        away = gone.get(question.office_id)
        if away and question.asked_at > away - TEXTS_ARE_LOST_AFTER:
            newest[question.participant_id] = question
    asked = set()
    for participant_id, question in newest.items():
        participant = uow.participants.get(participant_id)
        run = uow.runs.by_question(question.id)
        if _has_queued_initiative(uow, participant_id):
            continue
        if (
            run is None
            or run.status != RunStatus.ASKING.value
            or not _may_be_asked(uow, participant)
        ):
            continue
        not_before = calendar_of(uow, participant.office_id).next_allowed(uow.now)
        how = Sending(
            rule="asked_again",
            key=f"asked_again:{participant_id}:{gone[question.office_id]:%Y%m%dT%H%M%S}",
            lane=Lane.REMINDER,
            message_class=MessageClass.AT_LEAST_ONCE,
            not_before=not_before,
            is_initiative=True,
        )
        prefix = render(uow, participant, "question.asked_again")
        advance(uow, participant, run, AskAgain(), how=how, prefix=prefix)
        asked.add(participant_id)
    return asked


def _thin_out(uow: UnitOfWork, gone: Gone, asked: set[int]) -> None:
    """Keep one message per participant of what fell due in the gap; the rest is on record as skipped."""
    for_whom: dict[int, list[Occurrence]] = {}
    for occurrence in uow.occurrences.due(uow.now, limit=1_000_000):
        away = gone.get(occurrence.office_id)
        if away and occurrence.rule in occurrences.MESSAGE_RULES and occurrence.due_at >= away:
            for_whom.setdefault(occurrence.participant_id, []).append(occurrence)
    for participant_id, missed in for_whom.items():
        still_worth = [o for o in missed if o.expires_at is None or o.expires_at > uow.now]
        still_worth.sort(
            key=lambda o: (occurrences.MESSAGE_RULES.index(o.rule), -o.due_at.timestamp())
        )
        has_theirs = participant_id in asked or _has_queued_initiative(uow, participant_id)
        keep = [] if has_theirs else still_worth[:1]
        _leave_out(uow, [o for o in missed if o not in keep])


def _leave_out(uow: UnitOfWork, missed: Sequence[Occurrence]) -> None:
    for occurrence in missed:
        if occurrence.rule in ("run_wake", "module_offer", "missed_session"):
            # Not bound to the day it was meant for: it comes tomorrow instead.
            later = uow.now + timedelta(days=1)
            uow.occurrences.save(replace(occurrence, due_at=later, reason="outage"))
            continue
        occurrences.skip(uow, occurrence.id, "outage")
        if occurrence.rule == "check_in":
            plan_next_check_in(uow, uow.participants.get(occurrence.participant_id))


def _has_queued_initiative(uow: UnitOfWork, participant_id: int) -> bool:
    """What was queued before the outage goes out now; perhaps it is the very question."""
    return any(message.is_initiative for message in uow.outbox.queued_of(participant_id))


def _may_be_asked(uow: UnitOfWork, participant: Participant) -> bool:
    return participant.status is ParticipantStatus.ACTIVE and not participant.is_paused(uow.now)
