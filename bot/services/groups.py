"""What the bot answers in a group: that it only talks in private."""

from __future__ import annotations

from bot.domain.message_bodies import dump_body
from bot.domain.messages import Body, Lane, MessageClass, OutboxMessage
from bot.services.incoming import ChatEvent
from bot.services.ports import UnitOfWork


def group_spoke(uow: UnitOfWork, event: ChatEvent) -> None:
    """Say it once per group, whoever speaks and however often; names nobody."""
    office = uow.offices.get(event.office_id)
    context = {
        "participant": {"first_name": ""},
        "caseworker": {"first_name": office.name},
        "office": {"name": office.name},
    }
    text = uow.pack(office.id).message("group.private_only", "nb", context)
    uow.outbox.store_once(
        OutboxMessage(
            office_id=office.id,
            participant_id=None,
            chat_id=event.chat_id,
            key=f"group:{office.id}:{event.chat_id}",
            rule="group",
            subject="",
            lane=Lane.BROADCAST,
            message_class=MessageClass.AT_MOST_ONCE,
            body=dump_body(Body(text)),
            created_at=uow.now,
            not_before=uow.now,
        )
    )
