"""An office's staff group: allowed, linked by a one-time code, moved, lost, switched off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.errors import RuleBroken, TextFailed
from bot.domain.messages import OutboxState
from bot.domain.people import Office
from bot.domain.staff_group import EndedBecause, StaffGroup
from bot.services.group_posts import RULES, answer_group
from bot.services.group_results import post_undelivered
from bot.services.group_words import group_words
from bot.services.incoming import ChatEvent
from bot.services.operations import tell_coordinators
from bot.services.participants import count_failure, throttled_for
from bot.services.ports import UnitOfWork

# Long enough to open the group and write it there; short enough for a code read over a shoulder.
CODE_KEEPS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Allowed:
    """The code to write in the group; it is shown this once."""

    group: StaffGroup
    code: str


def allow_group(uow: UnitOfWork, office: Office) -> Allowed:
    """Let the office have a staff group; a code given out before stops working.

    A group that is linked already stays so until another is linked in its place.

    Raises:
        RuleBroken: The office's content is older than staff groups and has no texts for one.
    """
    try:
        group_words(uow, office, "group.linked")
    except TextFailed as failure:
        raise RuleBroken(
            "The office's content has no texts for a group: publish content that has "
            "`group.*` in its notices, then try again."
        ) from failure
    code = uow.codes.new_code()
    group = uow.staff_groups.current_of(office.id)
    if group is None:
        group = uow.staff_groups.add(StaffGroup(office.id, uow.now))
    group = uow.staff_groups.save(
        replace(group, code_hash=uow.codes.hash(code), code_expires_at=uow.now + CODE_KEEPS)
    )
    return Allowed(group, code)


def switch_group_off(uow: UnitOfWork, office_id: int) -> bool:
    """Whether there was anything to switch off; the row stays as the record of it."""
    group = uow.staff_groups.current_of(office_id)
    if group is not None:
        _end(uow, group, EndedBecause.SWITCHED_OFF)
    return group is not None


def link_group(uow: UnitOfWork, event: ChatEvent, code: str, *, addressed: str = "") -> None:
    """`/link CODE` in a group: it is the office's staff group from now on.

    Wrong, used and expired codes are alike to whoever tries, and only so many tries are answered.

    Args:
        addressed: The name in `/link@name`: with another bot's, it is not for us.
    """
    office = uow.offices.get(event.office_id)
    if addressed and office.bot_username and addressed.lower() != office.bot_username.lower():
        return
    wait = throttled_for(uow, office.id, event.chat_id)
    if wait > timedelta(0):
        minutes = -(-wait // timedelta(minutes=1))
        _answer(uow, office, event, "group.try_later", once=_window(uow, event), minutes=minutes)
        return
    held = uow.staff_groups.by_chat(event.chat_id)
    if held is not None and held.office_id != office.id:
        count_failure(uow, office.id, event.chat_id)
        _answer(uow, office, event, "group.taken")
        return
    allowed = uow.staff_groups.by_code(office.id, uow.codes.hash(code)) if code else None
    if allowed is None or not uow.staff_groups.redeem(allowed, uow.now):
        count_failure(uow, office.id, event.chat_id)
        _answer(uow, office, event, "group.code_refused")
        return
    linked = _link(uow, allowed, event.chat_id)
    _answer(uow, office, event, "group.linked")
    tell_coordinators(
        uow,
        office.id,
        topic=f"group_linked:{linked.id}:{event.message_id}",
        sentence=(
            "A Telegram group was linked as the office's staff group and gets a line about every "
            "new case from now on. If it is not your group, switch it off: on the page of cases, "
            "or with `tettpa office group OFFICE --off`."
        ),
    )


def group_left(uow: UnitOfWork, event: ChatEvent) -> None:
    """The bot was thrown out of a group."""
    chat_gone(uow, event.office_id, event.chat_id)


def chat_gone(uow: UnitOfWork, office_id: int, chat_id: int) -> None:
    """No message reaches the chat any more: the link is dropped, and coordinators are told once."""
    group = uow.staff_groups.by_chat(chat_id)
    if group is None or group.office_id != office_id:
        return
    _end(uow, group, EndedBecause.GONE)
    tell_coordinators(
        uow,
        office_id,
        topic=f"group_gone:{group.id}",
        sentence=(
            "Telegram no longer takes messages to the office's staff group (the bot was thrown "
            "out, or the group is gone): cases are told by e-mail only. To have a group again: "
            "`tettpa office group OFFICE`."
        ),
    )


def group_migrated(uow: UnitOfWork, office_id: int, old_chat_id: int, new_chat_id: int) -> None:
    """Telegram gave the group a new id: the office's link and all that waited follow it.

    Told by an update and by the answer to a send; whichever comes second changes nothing.
    """
    group = uow.staff_groups.by_chat(old_chat_id)
    if group is None and uow.staff_groups.current_of(office_id) is None:
        # "The bot has left the old group" may come before the news of the new one.
        lost = uow.staff_groups.gone_from(office_id, old_chat_id)
        group = lost and replace(lost, ended_at=None, ended_because=None)
    if group is not None and group.office_id == office_id:
        if uow.staff_groups.by_chat(new_chat_id) is None:
            uow.staff_groups.save(replace(group, chat_id=new_chat_id))
        else:  # somebody was quick and linked the new one by hand
            uow.staff_groups.save(
                replace(group, ended_at=uow.now, ended_because=EndedBecause.REPLACED)
            )
    uow.group_posts.readdress(office_id, old_chat_id, new_chat_id)


def _link(uow: UnitOfWork, allowed: StaffGroup, chat_id: int) -> StaffGroup:
    allowed = uow.staff_groups.get(allowed.id)  # the code is used up now
    if allowed.chat_id == chat_id:
        return allowed
    if allowed.chat_id is not None:
        _end(uow, allowed, EndedBecause.REPLACED)
        return uow.staff_groups.add(
            StaffGroup(allowed.office_id, uow.now, chat_id=chat_id, linked_at=uow.now)
        )
    return uow.staff_groups.save(replace(allowed, chat_id=chat_id, linked_at=uow.now))


def _end(uow: UnitOfWork, group: StaffGroup, because: EndedBecause) -> None:
    """End the link; what was queued for the group goes nowhere, and its cases are told so."""
    uow.staff_groups.save(
        replace(group, ended_at=uow.now, ended_because=because, code_hash="", code_expires_at=None)
    )
    if group.chat_id is None:
        return
    for message in uow.group_posts.queued_to(group.office_id, group.chat_id):
        if message.rule in RULES:
            ended = replace(
                message,
                state=OutboxState.SUPERSEDED,
                reason=f"group_{because.value}",
                ended_at=uow.now,
            )
            post_undelivered(uow, uow.group_posts.save(ended))


def _answer(
    uow: UnitOfWork, office: Office, event: ChatEvent, key: str, *, once: str = "", **values: object
) -> None:
    words = group_words(uow, office, key, **values)
    answer_group(uow, office.id, event.chat_id, words, key=once)


def _window(uow: UnitOfWork, event: ChatEvent) -> str:
    """Names the time of trying: a group that goes on trying is told to wait once in it."""
    attempts = uow.code_attempts.by_chat(event.office_id, event.chat_id)
    began = attempts.window_started_at if attempts else uow.now
    return f"group_wait:{event.office_id}:{event.chat_id}:{began:%Y%m%dT%H%M%S}"
