"""Pauses that participants take: of their own choosing, on record, suppressing quiet alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.messages import OutboxState, Question
from bot.domain.people import Participant
from bot.domain.planning import Occurrence
from bot.domain.time_words import day_in_words
from bot.services import occurrences
from bot.services.enrolment_end import excuse_expectations
from bot.services.ports import UnitOfWork
from bot.services.speaking import REPLY, Choices, Sending, button_rows, calendar_of, say

LENGTHS = {
    "pause_week": timedelta(days=7),
    "pause_two_weeks": timedelta(days=14),
    "pause_month": timedelta(days=30),
}


def offer_pause(uow: UnitOfWork, participant: Participant) -> None:
    """The menu's "pause": how long, or, when paused, whether to go on."""
    if participant.is_paused(uow.now):
        rows = button_rows(uow, participant, ("resume",), ("keep_pause",))
        values = {"until": until_words(uow, participant)}
        say(uow, participant, "pause.still_paused", values, choices=Choices("pause", "pause", rows))
        return
    rows = button_rows(
        uow, participant, ("pause_week", "pause_two_weeks"), ("pause_month",), ("cancel",)
    )
    say(uow, participant, "pause.choose", choices=Choices("pause", "pause", rows))


def pause_answered(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    if option in LENGTHS:
        pause(uow, participant, uow.now + LENGTHS[option])
    elif option == "resume":
        uow.participants.save(replace(participant, paused_until=None))
        occurrences.supersede(uow, participant.id, rule="pause_over", reason="resumed")
        say(uow, participant, "pause.resumed")
    else:
        say(uow, participant, "menu.shown", menu=True)
    return None


def pause(uow: UnitOfWork, participant: Participant, until: datetime) -> Participant:
    """Session reminders go on; check-ins, lessons and the measuring of silence rest."""
    participant = uow.participants.save(replace(participant, paused_until=until))
    excuse_expectations(uow, participant.id, "paused")
    for queued in uow.outbox.queued_of(participant.id):
        if queued.is_initiative:
            uow.outbox.save(
                replace(queued, state=OutboxState.SUPERSEDED, reason="paused", ended_at=uow.now)
            )
    occurrences.supersede(uow, participant.id, rule="pause_over", reason="new_pause")
    calendar = calendar_of(uow, participant.office_id)
    occurrences.plan(
        uow,
        participant,
        rule="pause_over",
        subject="pause",
        revision=f"{until:%Y%m%dT%H%M%S}~{uow.cause}"[:120],
        due_at=calendar.next_allowed(until),
    )
    say(uow, participant, "pause.paused", {"until": until_words(uow, participant)})
    return participant


def fire_pause_over(uow: UnitOfWork, occurrence: Occurrence) -> occurrences.Result:
    """Rule "pause_over": welcome back, in one line."""
    participant = uow.participants.get(occurrence.participant_id)
    if participant.is_paused(uow.now):
        return occurrences.Skipped("paused_anew")
    if uow.enrolments.active_of(participant.id) is None:
        return occurrences.Skipped("enrolment_ended")
    how = Sending(
        rule="pause_over", key=f"pause_over:{occurrence.id}", lane=REPLY.lane, is_initiative=True
    )
    say(uow, participant, "pause.over", how=how)
    return occurrences.Done()


def until_words(uow: UnitOfWork, participant: Participant) -> str:
    assert participant.paused_until is not None
    day = calendar_of(uow, participant.office_id).local(participant.paused_until).date()
    return day_in_words(day, language=participant.language)
