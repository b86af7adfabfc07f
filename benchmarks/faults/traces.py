"""Row 32: what is known of somebody, in every table there is, so that erasing has something to forget."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.faults.installation import Installation
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.stage import people_of
from bot.domain.document_orders import DocumentKind, DocumentOrder, OrderState
from bot.domain.message_bodies import dump_body
from bot.domain.messages import (
    Body,
    InboxState,
    InboxUpdate,
    Lane,
    MessageClass,
    OutboxMessage,
    OutboxState,
)
from bot.domain.planning import Attendance, AttendanceStatus, Expectation
from bot.domain.signals import CaseNote
from bot.services.offices import DEFAULT_OFFICE
from bot.services.participants import count_failure
from bot.services.ports import UnitOfWork
from bot.storage.tables.base import metadata


def rows_of(place: Installation, participant_id: int) -> dict[str, int]:
    """How many rows of somebody's stand in each table that could have one."""
    tables = [table.name for table in metadata.sorted_tables if "participant_id" in table.c]
    mine = "WHERE participant_id = :id"
    return {name: place.count(f"{name} {mine}", id=participant_id) for name in tables}


LOW_ID = 7
OF_CHATS = (
    f"inbox WHERE chat_id = :chat AND update_id = {LOW_ID}",
    "outbox WHERE chat_id = :chat AND key LIKE 'rehearsed%'",
    "code_attempts WHERE chat_id = :chat",
)


def kept_of_chat(place: Installation) -> list[str]:
    """Where the first one's chat stands with what is from before anybody knew whose it is."""
    return [where for where in OF_CHATS if place.count(where, chat=place.chats[0])]


def leave_traces(place: Installation, words: str, outcome: Outcome) -> None:
    """What the first of them did not bring about by themselves; all of it has these words in it."""
    (case_id,) = place.rows("SELECT min(id) FROM escalation WHERE participant_id = 1")[0]
    (session_id,) = place.rows("SELECT min(id) FROM programme_session WHERE participant_id = 1")[0]
    place.do(_leave, words, case_id, session_id)
    empty = [name for name, count in rows_of(place, 1).items() if not count]
    outcome.must(not empty, f"nothing of theirs to be erased in {empty}")
    place.do(_leave_in_chat, words, place.chats[0])
    known = kept_of_chat(place)
    outcome.must(len(known) == len(OF_CHATS), f"their chat has rows in {known} alone")


def _leave_in_chat(uow: UnitOfWork, words: str, chat_id: int) -> None:
    """What they wrote before their code was redeemed, what we said to it, and a code that was wrong."""
    uow.inbox.add_once(
        InboxUpdate(
            DEFAULT_OFFICE,
            LOW_ID,
            chat_id,
            uow.now,
            {"update_id": LOW_ID, "message": {"text": words}},
            state=InboxState.PROCESSED,
        )
    )
    uow.outbox.add_once(
        OutboxMessage(
            office_id=DEFAULT_OFFICE,
            participant_id=None,
            chat_id=chat_id,
            key=f"rehearsed:{chat_id}",
            rule="reply",
            subject="",
            lane=Lane.REPLY,
            message_class=MessageClass.AT_MOST_ONCE,
            body=dump_body(Body(words)),
            created_at=uow.now,
            not_before=uow.now,
            state=OutboxState.SENT,
            ended_at=uow.now,
        )
    )
    count_failure(uow, DEFAULT_OFFICE, chat_id)


def _leave(uow: UnitOfWork, words: str, case_id: int, session_id: int) -> None:
    person = people_of(uow)[0]
    staff_id = person.caseworker_id
    uow.profiles.put(person.office_id, person.id, "rehearsed", words, at=uow.now)
    uow.case_notes.add(CaseNote(case_id, person.id, staff_id, uow.now, words))
    uow.attendance.add(
        Attendance(session_id, person.id, AttendanceStatus.PRESENT, staff_id, uow.now)
    )
    uow.expectations.add(
        Expectation(
            person.office_id,
            person.id,
            kind="check_in",
            subject="run:0",
            key=f"rehearsed:{person.id}",
            opened_at=uow.now,
            next_at=uow.now + timedelta(days=3),
        )
    )
    uow.document_orders.add_once(
        DocumentOrder(
            person.office_id,
            person.id,
            None,
            "",
            DocumentKind.CV,
            person.language,
            f"rehearsed:{person.id}",
            uow.now,
            state=OrderState.FAILED,
            ended_at=uow.now,
        )
    )
