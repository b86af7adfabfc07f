"""What became of a message: sent, unknown, refused; and what waits for knowing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.messages import MessageClass, OutboxMessage, OutboxState
from bot.domain.people import AccountStatus, TelegramAccount
from bot.services.attendance import missed_note_sent, missed_note_undelivered
from bot.services.cases import raise_signal
from bot.services.check_ins import check_in_sent, check_in_undelivered, nudge_done
from bot.services.operations import tell_coordinators
from bot.services.outage import clock_is_plausible
from bot.services.ports import UnitOfWork

MAX_ATTEMPTS = 50
MAX_COPIES = 2
LEASE = timedelta(seconds=60)
PER_CHAT_PACE = timedelta(seconds=1)

AfterDelivery = Callable[[UnitOfWork, OutboxMessage], None]

# Clocks of silence start when a message was sent, so these rules are told.
WHEN_SENT: Mapping[str, AfterDelivery] = {
    "check_in": check_in_sent,
    "nudge": nudge_done,
    "missed_session": missed_note_sent,
}
WHEN_UNDELIVERED: Mapping[str, AfterDelivery] = {
    "check_in": check_in_undelivered,
    "nudge": nudge_done,
    "missed_session": missed_note_undelivered,
}


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
        uow.outbox.expire(uow.now)
    claimed = uow.outbox.claim(
        office_id,
        now=uow.now,
        real_now=real_now,
        lease=real_now + LEASE,
        limit=limit,
        only_replies=only_replies,
    )
    found = []
    for message in claimed:
        if message.participant_id is None:
            assert message.chat_id is not None
            found.append(Claimed(message, message.chat_id))
            continue
        account = uow.accounts.of_participant(message.participant_id)
        assert account is not None  # the claim joined it
        uow.accounts.save(replace(account, next_send_at=real_now + PER_CHAT_PACE))
        found.append(Claimed(message, account.chat_id))
    return found


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
    _tell(uow, WHEN_SENT, message)


def outcome_unknown(uow: UnitOfWork, message_id: int, reason: str) -> None:
    """It may have arrived. A reminder stays so; a question is asked once more, two copies at most."""
    message = uow.outbox.get(message_id)
    if message.state is not OutboxState.CLAIMED:
        return
    copies = message.copies + 1
    if message.message_class is MessageClass.AT_LEAST_ONCE and copies < MAX_COPIES:
        _requeue(uow, replace(message, copies=copies), reason, timedelta(seconds=2))
        return
    _end(uow, replace(message, copies=copies), OutboxState.UNKNOWN, reason)


def not_sent(
    uow: UnitOfWork, message_id: int, reason: str, *, retry_after: timedelta | None = None
) -> None:
    """It surely did not arrive (no connection, 429): again later, however its class."""
    message = uow.outbox.get(message_id)
    if message.state is not OutboxState.CLAIMED:
        return
    if message.attempts >= MAX_ATTEMPTS:
        _end(uow, message, OutboxState.FAILED, reason)
        return
    _requeue(uow, message, reason, retry_after or timedelta(seconds=min(2**message.attempts, 60)))


def flooded(
    uow: UnitOfWork, office_id: int, message_id: int, *, until: datetime, retry_after: timedelta
) -> None:
    """429: the bot is silent until `until` (real time), also after a restart."""
    uow.program_state.write(f"flood_until:{office_id}", until.isoformat())
    not_sent(uow, message_id, "flood_limit", retry_after=retry_after)


def flooded_until(uow: UnitOfWork, office_id: int) -> datetime | None:
    until = uow.program_state.read(f"flood_until:{office_id}")
    return datetime.fromisoformat(until) if isinstance(until, str) else None


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
        _end(uow, message, OutboxState.FAILED, "markup")
    else:
        _requeue(uow, replace(message, is_plain=True), "markup", timedelta(0))


def refused(uow: UnitOfWork, message_id: int, reason: str) -> None:
    """Telegram will never take this message."""
    message = uow.outbox.get(message_id)
    if message.state is OutboxState.CLAIMED:
        _end(uow, message, OutboxState.FAILED, reason[:200])
        tell_coordinators(
            uow,
            message.office_id,
            topic=f"refused:{message.rule}",
            sentence=f"Telegram refused a message ({message.rule}): {reason[:200]}",
        )


def account_gone(uow: UnitOfWork, message_id: int, status: AccountStatus) -> None:
    """Blocked, deactivated or not found: stop sending there; the caseworker is told once."""
    message = uow.outbox.get(message_id)
    if message.state is OutboxState.CLAIMED:
        _end(uow, message, OutboxState.FAILED, f"account_{status.value}")
    if message.participant_id is None:
        return
    account = uow.accounts.of_participant(message.participant_id)
    if account is None or account.status is not AccountStatus.ACTIVE:
        return
    account = uow.accounts.save(
        replace(account, status=status, status_changes=account.status_changes + 1)
    )
    _signal_gone(uow, account)


def recover_claims(uow: UnitOfWork, *, real_now: datetime, everything: bool) -> int:
    """Messages whose sender died in the middle: their outcome is unknown.

    Args:
        everything: At start-up every claim is a dead one's; later only those past their lease.
    """
    horizon = real_now + timedelta(days=365) if everything else real_now
    claims = uow.outbox.with_lease_over(horizon)
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


def _requeue(uow: UnitOfWork, message: OutboxMessage, reason: str, after: timedelta) -> None:
    uow.outbox.save(
        replace(
            message,
            state=OutboxState.QUEUED,
            reason=reason,
            lease_until=None,
            not_before=max(message.not_before, uow.now + after),
        )
    )


def _end(uow: UnitOfWork, message: OutboxMessage, state: OutboxState, reason: str) -> None:
    message = uow.outbox.save(
        replace(message, state=state, reason=reason, ended_at=uow.now, lease_until=None)
    )
    _tell(uow, WHEN_UNDELIVERED, message)


def _tell(uow: UnitOfWork, who: Mapping[str, AfterDelivery], message: OutboxMessage) -> None:
    listener = who.get(message.rule)
    if listener is not None:
        listener(uow, message)
