"""What became of a message: sent, unknown, refused; and what waits for knowing it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.message_bodies import cut_to_fit, dump_body, load_body
from bot.domain.messages import MessageClass, OutboxMessage, OutboxState
from bot.domain.people import AccountStatus, TelegramAccount
from bot.services.cases import raise_signal
from bot.services.group_results import last_look
from bot.services.message_ends import WHEN_SENT, end, requeue, tell, wait_again
from bot.services.operations import tell_coordinators
from bot.services.outage import clock_is_plausible
from bot.services.ports import UnitOfWork
from bot.services.staff_groups import chat_gone, group_migrated

MAX_ATTEMPTS = 50
MAX_COPIES = 2
LEASE = timedelta(seconds=60)
PER_CHAT_PACE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours to send, and where to."""

    message: OutboxMessage
    chat_id: int


def claim_messages(
    uow: UnitOfWork, office_id: int, *, real_now: datetime, limit: int, guards_clock: bool = False
) -> list[Claimed]:
    """Claim what may go now; the pace per chat is kept here, so that a crash cannot break it.

    Args:
        guards_clock: While the clock is not plausible only replies go, and nothing expires.
    """
    only_replies = guards_clock and not clock_is_plausible(uow)
    if not only_replies:
        uow.outbox.expire(uow.now, office_id=office_id)
    lease = real_now + LEASE
    # What a claim that went unheard has taken would count as unknown once its lease is over.
    claimed = uow.outbox.claimed_with(lease, office_id=office_id) if uow.may_be_done else []
    claimed = claimed or uow.outbox.claim(
        office_id,
        now=uow.now,
        real_now=real_now,
        lease=lease,
        limit=limit,
        only_replies=only_replies,
    )
    people = [message.participant_id for message in claimed if message.participant_id is not None]
    chats = uow.accounts.pace(people, until=real_now + PER_CHAT_PACE) if people else {}
    found = []
    for message in claimed:
        is_for_group = message.chat_id is not None and message.chat_id < 0
        leaving = last_look(uow, message, real_now=real_now) if is_for_group else message
        if leaving is not None:
            found.append(Claimed(leaving, _chat_of(leaving, chats)))
    return found


def _chat_of(message: OutboxMessage, chats: Mapping[int, int]) -> int:
    if message.participant_id is not None:
        return chats[message.participant_id]
    assert message.chat_id is not None
    return message.chat_id


def not_begun(uow: UnitOfWork, claims: Sequence[Claimed]) -> None:
    """Claimed, and then nothing was done with it: it waits as before.

    Unless somebody else has meanwhile taken the claim for a dead sender's.
    """
    for claim in claims:
        message = uow.outbox.get(claim.message.id)
        is_ours = (message.attempts, message.lease_until) == (
            claim.message.attempts,
            claim.message.lease_until,
        )
        if message.state is OutboxState.CLAIMED and is_ours:
            wait_again(uow, replace(message, attempts=message.attempts - 1))


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that Telegram took, and the number it has there."""

    message_id: int
    rule: str
    telegram_message_id: int | None


def messages_sent(uow: UnitOfWork, accepted: Sequence[Accepted]) -> None:
    """The same as `message_sent` for many at once: what nobody waits for is only marked."""
    marked = [(a.message_id, a.telegram_message_id) for a in accepted if a.rule not in WHEN_SENT]
    if marked:
        uow.outbox.mark_sent(marked, at=uow.now)
    for one in accepted:
        if one.rule in WHEN_SENT:
            message_sent(uow, one.message_id, one.telegram_message_id)


def message_sent(uow: UnitOfWork, message_id: int, telegram_message_id: int | None) -> None:
    message = uow.outbox.get(message_id)
    if message.state is OutboxState.SENT:
        return
    message = uow.outbox.save(
        replace(
            message,
            state=OutboxState.SENT,
            reason="",
            ended_at=uow.now,
            lease_until=None,
            copies=message.copies + 1,
            telegram_message_id=telegram_message_id,
        )
    )
    tell(uow, WHEN_SENT, message)


def outcome_unknown(uow: UnitOfWork, message_id: int, reason: str) -> None:
    """It may have arrived. A reminder stays so; a question is asked once more, two copies at most."""
    message = uow.outbox.get(message_id)
    if message.state is not OutboxState.CLAIMED:
        return
    copies = message.copies + 1
    if message.message_class is MessageClass.AT_LEAST_ONCE and copies < MAX_COPIES:
        requeue(uow, replace(message, copies=copies), reason, timedelta(seconds=2))
        return
    end(uow, replace(message, copies=copies), OutboxState.UNKNOWN, reason)


def not_sent(
    uow: UnitOfWork, message_id: int, reason: str, *, retry_after: timedelta | None = None
) -> None:
    """It surely did not arrive (no connection, 429): again later, however its class."""
    message = uow.outbox.get(message_id)
    if message.state is not OutboxState.CLAIMED:
        return
    if message.attempts >= MAX_ATTEMPTS:
        end(uow, message, OutboxState.FAILED, reason)
        return
    requeue(uow, message, reason, retry_after or timedelta(seconds=min(2**message.attempts, 60)))


def send_as_plain_text(uow: UnitOfWork, message_id: int, reason: str) -> None:
    """Telegram could not parse the text: once more without its markup, and the authors are told."""
    message = uow.outbox.get(message_id)
    if message.state is not OutboxState.CLAIMED:
        return
    tell_coordinators(
        uow,
        message.office_id,
        topic=f"markup:{message.rule}",
        sentence=f"Telegram refused the markup of a text ({message.rule}): {reason}",
    )
    if message.is_plain:
        end(uow, message, OutboxState.FAILED, "markup")
    else:
        requeue(uow, replace(message, is_plain=True), "markup", timedelta(0))


def refused(uow: UnitOfWork, message_id: int, reason: str) -> None:
    """Telegram will never take this message as it is; its words go once more where they can.

    A text that came with a file goes alone: a picture may be broken, or somebody takes no voice
    messages. One that is too long goes without its middle.
    """
    message = uow.outbox.get(message_id)
    if message.state is not OutboxState.CLAIMED:
        return
    body, reason = load_body(message.body), reason[:200]
    sentence = f"Telegram refused a message ({message.rule}): {reason}"
    if body.attachment is not None and body.text:
        alone = dump_body(replace(body, attachment=None))
        requeue(uow, replace(message, body=alone), "attachment_refused", timedelta(0))
    elif (shorter := cut_to_fit(body)) is not None:
        requeue(uow, replace(message, body=dump_body(shorter)), "too_long", timedelta(0))
        sentence += " (its text is too long, and goes out without its middle)"
    else:
        end(uow, message, OutboxState.FAILED, reason)
    tell_coordinators(uow, message.office_id, topic=f"refused:{message.rule}", sentence=sentence)


def account_gone(uow: UnitOfWork, message_id: int, status: AccountStatus) -> None:
    """Blocked, deactivated or not found: stop sending there; the caseworker is told once."""
    message = uow.outbox.get(message_id)
    if message.state is OutboxState.CLAIMED:
        end(uow, message, OutboxState.FAILED, f"account_{status.value}")
    if message.participant_id is None:
        if message.chat_id is not None:
            chat_gone(uow, message.office_id, message.chat_id)
        return
    account = uow.accounts.of_participant(message.participant_id)
    if account is None or account.status is not AccountStatus.ACTIVE:
        return
    account = uow.accounts.save(
        replace(account, status=status, status_changes=account.status_changes + 1)
    )
    _signal_gone(uow, account)


def chat_migrated(uow: UnitOfWork, message_id: int, new_chat_id: int) -> None:
    """Its group has a new id: this message, and all that waits for the group, goes there."""
    message = uow.outbox.get(message_id)
    if message.chat_id is None:
        refused(uow, message_id, "chat_migrated")
        return
    # The update that tells of it may have been first: then the message names the new id already.
    if message.chat_id != new_chat_id:
        group_migrated(uow, message.office_id, message.chat_id, new_chat_id)
        message = replace(message, chat_id=new_chat_id)
    group = uow.staff_groups.by_chat(new_chat_id)
    if group is not None:
        uow.staff_groups.pace(group, None)  # nothing has gone to the new chat
    if message.state is OutboxState.CLAIMED:
        requeue(uow, message, "chat_migrated", timedelta(0))


def recover_claims(
    uow: UnitOfWork,
    office_id: int,
    *,
    real_now: datetime,
    everything: bool,
    in_hand: Collection[int] = (),
) -> int:
    """Messages of the office whose sender died in the middle: their outcome is unknown.

    Args:
        everything: When sending becomes ours every claim is a former sender's; later only those
            past their lease.
        in_hand: Messages that are on their way right now, whatever the clock makes of their lease.
    """
    horizon = real_now + timedelta(days=365) if everything else real_now
    claims = [
        message
        for message in uow.outbox.with_lease_over(horizon, office_id=office_id)
        if message.id not in in_hand
    ]
    for message in claims:
        outcome_unknown(uow, message.id, "sender_died")
    return len(claims)


def _signal_gone(uow: UnitOfWork, account: TelegramAccount) -> None:
    participant = uow.participants.get(account.participant_id)
    if account.status is AccountStatus.BLOCKED:
        # The same source as the event "blocked the bot": one signal, whichever comes first.
        source, reason = f"blocked:{account.id}:{account.status_changes}", "quiet"
    else:
        source, reason = f"undeliverable:{account.id}:{account.status_changes}", "undeliverable"
    raise_signal(uow, participant, reason=reason, source=source)
