"""Participants' rights in the chat: what you know about me, leave, erase me."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import OutboxState, Question
from bot.domain.people import Participant, ParticipantStatus
from bot.domain.planning import EnrolmentStatus, SessionStatus
from bot.services import occurrences
from bot.services.document_orders import cancel_orders
from bot.services.enrolment_end import end_enrolment, excuse_expectations
from bot.services.own_work import buttons_for_own_work
from bot.services.ports import UnitOfWork
from bot.services.settings import LANGUAGE_NAMES
from bot.services.speaking import Choices, button_rows, render, say, say_to_chat
from bot.services.text_notices import tell_caseworker

MANY = 100_000


def show_my_data(uow: UnitOfWork, participant: Participant) -> None:
    """What is stored, in words and counts; the whole of it comes from the caseworker as a file."""
    enrolment = uow.enrolments.latest_of(participant.id)
    cohort = uow.cohorts.get(enrolment.cohort_id) if enrolment and enrolment.cohort_id else None
    gatherings = uow.programme_sessions.of_participant(
        participant.id, cohort.id if cohort else None
    )
    runs = uow.runs.of_participant(participant.id)
    values: dict[str, object] = {
        "full_name": participant.full_name,
        "language": LANGUAGE_NAMES[participant.language],
        "cohort": cohort.name if cohort else "",
        "session_count": sum(g.status is not SessionStatus.CANCELLED for g in gatherings),
        "message_count": len(uow.outbox.of_participant(participant.id, limit=MANY)),
        "free_text_count": len(uow.free_texts.of_participant(participant.id, limit=MANY)),
        "check_in_count": sum(run.flow_key.startswith("check_in:") for run in runs),
        "open_cases": len(uow.cases.open_of(participant.id)),
    }
    choices = buttons_for_own_work(uow, participant)
    say(uow, participant, "my_data.summary", values, choices=choices)


def offer_leave(uow: UnitOfWork, participant: Participant) -> None:
    rows = button_rows(uow, participant, ("confirm_leave",), ("cancel",))
    say(uow, participant, "leave.confirm", choices=Choices("leave", "leave", rows))


def leave_answered(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    if option != "confirm_leave":
        say(uow, participant, "leave.kept")
        return None
    say(uow, participant, "leave.done")
    leave(uow, participant)
    return None


def leave(uow: UnitOfWork, participant: Participant) -> None:
    """They go on without the bot: nothing more is sent or measured; the caseworker is told."""
    participant = uow.participants.save(
        replace(participant, status=ParticipantStatus.LEFT, ended_at=uow.now)
    )
    enrolment = uow.enrolments.active_of(participant.id)
    if enrolment is not None:
        end_enrolment(uow, participant, enrolment, EnrolmentStatus.WITHDRAWN)
    _stop_everything(uow, participant, "left")
    tell_caseworker(uow, participant, kind="left")


def offer_erase(uow: UnitOfWork, participant: Participant) -> None:
    rows = button_rows(uow, participant, ("confirm_erase",), ("cancel",))
    say(uow, participant, "erase.confirm", choices=Choices("erase", "erase", rows))


def erase_answered(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    if option != "confirm_erase":
        say(uow, participant, "erase.kept")
        return None
    account = uow.accounts.of_participant(participant.id)
    text = render(uow, participant, "erase.done")
    erase(uow, participant)
    if account is not None:
        say_to_chat(uow, participant.office_id, account.chat_id, text, hide_menu=True)
    return None


def erase(uow: UnitOfWork, participant: Participant) -> None:
    """Delete all that was written and sent; the key goes with the commit, so copies go dark too."""
    tell_caseworker(uow, participant, kind="erased")
    uow.erasure.erase(participant.id, at=uow.now)
    uow.keys.destroy_after_commit(participant.key_id)


def _stop_everything(uow: UnitOfWork, participant: Participant, reason: str) -> None:
    excuse_expectations(uow, participant.id, reason)
    cancel_orders(uow, participant.id, reason=reason)
    occurrences.supersede(uow, participant.id, reason=reason)
    for queued in uow.outbox.queued_of(participant.id):
        if queued.rule != "reply":
            uow.outbox.save(
                replace(queued, state=OutboxState.SUPERSEDED, reason=reason, ended_at=uow.now)
            )
