"""What handling updates of many chats asks for, read in one go: alone, each would ask five questions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.messages import InboxUpdate
from bot.services.ports import UnitOfWork


def read_ahead(uow: UnitOfWork, updates: Sequence[InboxUpdate]) -> None:
    """Read what any text or tap asks for. What is not read here is read when it is asked for."""
    uow.inbox.read_ahead([update.seq for update in updates])
    by_office: dict[int, list[int]] = {}
    for update in updates:
        by_office.setdefault(update.office_id, []).append(update.chat_id)
    for office_id, chats in by_office.items():
        uow.accounts.read_chats_ahead(office_id, chats)
    people = [update.participant_id for update in updates if update.participant_id is not None]
    if people:
        uow.participants.read_ahead(people)
        uow.questions.read_ahead(people)
        uow.expectations.read_ahead(people)
        uow.cases.read_ahead(people)
