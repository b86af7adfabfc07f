"""Participants as the command line shows them, with the ledger of their messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.domain.people import Participant
    from bot.services.ports import UnitOfWork

LABELS = {
    "id": "participant",
    "name": "name",
    "status": "status",
    "language": "language",
    "caseworker": "caseworker",
    "cohort": "cohort",
    "telegram": "Telegram",
    "paused_until": "paused until",
    "invited_at": "invited",
    "started_at": "said yes",
    "last_sign_of_life_at": "last heard from",
    "open_cases": "open cases",
}
LEDGER_COLUMNS = {
    "at": "when",
    "rule": "rule",
    "about": "about",
    "state": "state",
    "reason": "reason",
}


def participant_row(uow: UnitOfWork, found: Participant) -> dict[str, Any]:
    from bot.services.speaking import calendar_of

    local = calendar_of(uow, found.office_id).local
    enrolment = uow.enrolments.active_of(found.id)
    account = uow.accounts.of_participant(found.id)
    heard = found.last_sign_of_life_at
    return {
        "id": found.id,
        "name": found.full_name,
        "status": found.status.value,
        "language": found.language,
        "caseworker": uow.staff.get(found.caseworker_id).email,
        "cohort": enrolment.cohort_id if enrolment else None,
        "follow_up": None
        if enrolment is None
        else "cohort"
        if enrolment.cohort_id
        else "individual",
        "telegram": account.status.value if account else None,
        "paused_until": local(found.paused_until) if found.paused_until else None,
        "invited_at": local(found.invited_at),
        "started_at": local(found.started_at) if found.started_at else None,
        "last_sign_of_life_at": local(heard) if heard else None,
    }


def open_cases(uow: UnitOfWork, found: Participant) -> list[dict[str, Any]]:
    from bot.services.speaking import calendar_of

    local = calendar_of(uow, found.office_id).local
    return [
        {
            "id": case.id,
            "reason": case.reason,
            "state": str(case.state),
            "opened_at": local(case.opened_at),
            "owner": uow.staff.get(case.owner_id).email if case.owner_id else None,
        }
        for case in uow.cases.open_of(found.id)
    ]


def ledger(uow: UnitOfWork, found: Participant, limit: int) -> list[dict[str, Any]]:
    """The newest messages, sent and held back; without their words, which are the chat's."""
    from bot.services.speaking import calendar_of

    local = calendar_of(uow, found.office_id).local
    return [
        {
            "at": local(message.ended_at or message.created_at),
            "rule": message.rule,
            "about": message.subject or None,
            "state": message.state.value,
            "reason": message.reason or None,
        }
        for message in uow.outbox.of_participant(found.id, limit=limit)
    ]
