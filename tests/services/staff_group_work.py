"""A staff group in a rehearsal: a chat of several people, linked as people link it."""

from __future__ import annotations

from datetime import datetime

from bot.domain.messages import OutboxMessage
from bot.services.delivery_results import Claimed, claim_messages
from bot.services.incoming import ChatEvent
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content
from bot.services.staff_channels import note_staff_channels
from bot.services.staff_groups import allow_group, group_migrated, link_group
from tests.builders import oslo
from tests.phones import Phone
from tests.rehearsal import CONSOLE, Rehearsal

GROUP = -500
REAL = oslo("2026-11-21 09:00")


def a_group(rehearsal: Rehearsal, *, office_id: int = 1, chat_id: int = GROUP) -> Phone:
    """Some group the bot is in; what is posted there lies in `received`."""
    group = Phone(rehearsal, office_id, chat_id)
    rehearsal.phones[office_id, chat_id] = group
    rehearsal.run(note_staff_channels, has_mail=True, console_url=CONSOLE)
    return group


def a_code(rehearsal: Rehearsal, *, office_id: int = 1) -> str:
    return rehearsal.run(lambda uow: allow_group(uow, uow.offices.get(office_id)).code)


def write_link(rehearsal: Rehearsal, group: Phone, code: str) -> list[str]:
    """Somebody writes /link in the group; what is answered there."""
    group.forget()
    event = ChatEvent(group.office_id, group.chat_id, "nb", rehearsal.now, message_id=7)
    rehearsal.run_as_update(link_group, event, code)
    rehearsal.settle()
    return group.texts


def a_linked_group(rehearsal: Rehearsal) -> Phone:
    group = a_group(rehearsal)
    write_link(rehearsal, group, a_code(rehearsal))
    group.forget()
    rehearsal.mailbox.clear()
    return group


def becomes_a_supergroup(rehearsal: Rehearsal, group: Phone, new_chat_id: int) -> Phone:
    """Telegram tells of it by an update."""
    upgraded = Phone(rehearsal, group.office_id, new_chat_id)
    rehearsal.phones[group.office_id, new_chat_id] = upgraded
    rehearsal.run_as_update(group_migrated, group.office_id, group.chat_id, new_chat_id)
    return upgraded


def publish_older_content(uow: UnitOfWork) -> None:
    """What an office may still have from before there were groups."""
    files = dict(uow.pack(1).files)
    for language in ("nb", "nn", "en"):
        path = f"notices/{language}.yaml"
        files[path] = files[path].partition("\ngroup:")[0] + "\n"
    publish_content(uow, 1, digest="older", files=files, by="test")


def post_of(rehearsal: Rehearsal, key: str) -> OutboxMessage:
    found = rehearsal.read(lambda uow: uow.group_posts.by_key(key))
    assert found is not None
    return found


def claim_all(rehearsal: Rehearsal, *, at: datetime = REAL) -> list[Claimed]:
    return rehearsal.run(claim_messages, 1, real_now=at, limit=99)


def without_mail(rehearsal: Rehearsal) -> None:
    rehearsal.run(note_staff_channels, has_mail=False, console_url=CONSOLE)
    rehearsal.mail_is_up = False
