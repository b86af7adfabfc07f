"""Whose turn it is to speak: one open question at a time, the more important first.

A session reminder comes when its time comes. A check-in waits for somebody who is answering a
lesson just now. A lesson and the offer of one wait for the answer to a check-in, or to the word
after a missed session, for a day at most. Source: docs/rules.md#one-question-at-a-time
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.people import Participant
from bot.services import occurrences
from bot.services.ports import UnitOfWork

AT_IT = timedelta(minutes=10)  # somebody who was asked this recently may be writing just now
LOOK_AGAIN = timedelta(minutes=15)
WAITS_AT_MOST = timedelta(hours=24)
LATER = timedelta(hours=1)


def while_at_a_lesson(uow: UnitOfWork, participant: Participant) -> occurrences.Postponed | None:
    """What a check-in does while a lesson is being answered; None when the floor is free."""
    for question in uow.questions.open_of(participant.id, "run"):
        if question.asked_at > uow.now - AT_IT and _flow_of(uow, question.id).startswith("module:"):
            return occurrences.Postponed(uow.now + LOOK_AGAIN, "a_lesson_is_being_answered")
    return None


def while_asked_about_them(
    uow: UnitOfWork, participant: Participant
) -> occurrences.Postponed | None:
    """What the course does while somebody waits to hear how they are; None when the floor is free."""
    since = uow.now - WAITS_AT_MOST
    for question in uow.questions.open_of(participant.id):
        if question.asked_at <= since:
            continue
        is_about_them = question.kind == "missed_session" or (
            question.kind == "run" and _flow_of(uow, question.id).startswith("check_in:")
        )
        if is_about_them:
            at = min(uow.now + LATER, question.asked_at + WAITS_AT_MOST)
            return occurrences.Postponed(_after(at, uow.now), "another_question_is_open")
    return None


def _after(at: datetime, now: datetime) -> datetime:
    return max(at, now + timedelta(seconds=1))


def _flow_of(uow: UnitOfWork, question_id: int) -> str:
    run = uow.runs.by_question(question_id)
    return "" if run is None else run.flow_key
