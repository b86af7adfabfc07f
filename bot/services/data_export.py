"""Everything held about one participant, as plain data for the file they may ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain.message_bodies import load_body
from bot.domain.messages import FreeText, OutboxMessage
from bot.domain.people import Participant
from bot.domain.planning import ProgrammeSession
from bot.domain.uploads import KIND as UPLOAD_KIND
from bot.domain.uploads import read_upload
from bot.services.document_contents import own_values
from bot.services.ports import UnitOfWork
from bot.services.session_words import place_name, theme_name
from bot.services.speaking import calendar_of

MOST = 1_000_000
LEFT_OUT = (
    "The caseworkers' own notes about a case: ask the caseworker.",
    "Raw copies of what Telegram delivered, which are deleted after 7 days.",
)


class _Local:
    """Moments on the office's clock, in ISO form with their offset."""

    def __init__(self, uow: UnitOfWork, office_id: int) -> None:
        self._calendar = calendar_of(uow, office_id)

    def __call__(self, at: datetime | None) -> str | None:
        return None if at is None else self._calendar.local(at).isoformat(timespec="seconds")


def export_participant(uow: UnitOfWork, participant: Participant) -> dict[str, Any]:
    """All that is stored about them and may be shown to them; JSON's own types only.

    Messages that a rule held back are there too, with its reason. Staff's notes are not.
    """
    local = _Local(uow, participant.office_id)
    texts = uow.free_texts.of_participant(participant.id, limit=MOST)
    return {
        "exported_at": local(uow.now),
        "office": uow.offices.get(participant.office_id).name,
        "left_out": list(LEFT_OUT),
        "profile": _profile(uow, participant, local),
        "own_values": own_values(uow, participant.id),
        "telegram": _telegram(uow, participant, local),
        "enrolment": _enrolment(uow, participant, local),
        "sessions": _sessions(uow, participant, local),
        "messages": [
            _message(message, local)
            for message in uow.outbox.of_participant(participant.id, limit=MOST)
        ],
        "texts": [
            {"at": local(t.at), "kind": t.kind, "text": _words(t), "about": t.about or None}
            for t in texts
        ],
        "modules_and_check_ins": [
            {
                "flow": run.flow_key,
                "started_at": local(run.started_at),
                "finished_at": local(run.finished_at),
                "status": run.status,
                "answers": run.state.get("answers", {}),
            }
            for run in uow.runs.of_participant(participant.id)
        ],
        "cases": [
            {
                "reason": case.reason,
                "opened_at": local(case.opened_at),
                "closed_at": local(case.closed_at),
                "outcome": case.outcome,
            }
            for case in uow.cases.of_participant(participant.id)
        ],
        "documents": [
            {
                "document": order.document,
                "ordered_at": local(order.created_at),
                "state": order.state.value,
                "ended_at": local(order.ended_at),
            }
            for order in uow.document_orders.of_participant(participant.id)
        ],
        "planned": [
            {"rule": planned.rule, "about": planned.subject, "due_at": local(planned.due_at)}
            for planned in uow.occurrences.pending_of(participant.id)
        ],
    }


def _profile(uow: UnitOfWork, participant: Participant, local: _Local) -> dict[str, Any]:
    return {
        "number": participant.id,
        "first_name": participant.first_name,
        "last_name": participant.last_name,
        "language": participant.language,
        "status": participant.status.value,
        "caseworker": uow.staff.get(participant.caseworker_id).name,
        "preferred_hour": participant.preferred_hour,
        "fewer_messages": participant.fewer_messages,
        "paused_until": local(participant.paused_until),
        "invited_at": local(participant.invited_at),
        "started_at": local(participant.started_at),
        "ended_at": local(participant.ended_at),
        "last_sign_of_life_at": local(participant.last_sign_of_life_at),
    }


def _telegram(uow: UnitOfWork, participant: Participant, local: _Local) -> dict[str, Any] | None:
    account = uow.accounts.of_participant(participant.id)
    if account is None:
        return None
    return {
        "chat_id": account.chat_id,
        "bound_at": local(account.bound_at),
        "status": account.status.value,
    }


def _enrolment(uow: UnitOfWork, participant: Participant, local: _Local) -> dict[str, Any] | None:
    enrolment = uow.enrolments.latest_of(participant.id)
    if enrolment is None:
        return None
    cohort = uow.cohorts.get(enrolment.cohort_id).name if enrolment.cohort_id else None
    return {
        "cohort": cohort,
        "started_at": local(enrolment.started_at),
        "status": enrolment.status.value,
        "ended_at": local(enrolment.ended_at),
    }


def _sessions(uow: UnitOfWork, participant: Participant, local: _Local) -> list[dict[str, Any]]:
    """Sessions of their latest cohort, their appointments, and whatever else they answered to."""
    enrolment = uow.enrolments.latest_of(participant.id)
    cohort_id = enrolment.cohort_id if enrolment else None
    found = {s.id: s for s in uow.programme_sessions.of_participant(participant.id, cohort_id)}
    answers = {a.session_id: a for a in uow.session_answers.of_participant(participant.id)}
    marks = {a.session_id: a for a in uow.attendance.of_participant(participant.id)}
    for session_id in (answers.keys() | marks.keys()) - found.keys():
        found[session_id] = uow.programme_sessions.get(session_id)  # of an earlier cohort
    rows = []
    for gathering in sorted(found.values(), key=lambda s: s.starts_at):
        answer, mark = answers.get(gathering.id), marks.get(gathering.id)
        rows.append(
            {
                **_session(uow, participant, gathering, local),
                "answer": answer.answer.value if answer else None,
                "answered_at": local(answer.answered_at) if answer else None,
                "attendance": mark.status.value if mark else None,
            }
        )
    return rows


def _session(
    uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession, local: _Local
) -> dict[str, Any]:
    return {
        "starts_at": local(gathering.starts_at),
        "ends_at": local(gathering.ends_at),
        "theme": theme_name(uow, gathering, participant.language),
        "place": place_name(uow, gathering, participant.language),
        "status": gathering.status.value,
    }


def _words(text: FreeText) -> str:
    """Of a file the name: what Telegram knows it by helps nobody."""
    upload = read_upload(text.text) if text.kind == UPLOAD_KIND else None
    return upload.filename if upload else text.text


def _message(message: OutboxMessage, local: _Local) -> dict[str, Any]:
    body = load_body(message.body)
    return {
        "at": local(message.created_at),
        "state": message.state.value,
        "ended_at": local(message.ended_at),
        "rule": message.rule,
        "about": message.subject or None,
        "reason": message.reason or None,
        "text": body.text,  # empty once it is older than the office keeps texts
        "buttons": [button.label for row in body.buttons for button in row],
        "file": body.attachment.name if body.attachment else None,
    }
