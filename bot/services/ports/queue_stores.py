"""What services ask of the durable inbox and outbox."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.messages import InboxUpdate, OutboxMessage, Taken
from bot.services.ports.stores import Store


class InboxStore(Protocol):
    def add_once(self, update: InboxUpdate) -> bool:
        """Whether it was new: Telegram repeats what was not confirmed."""
        ...

    def add_all_once(
        self, updates: Sequence[InboxUpdate], *, repeated_since: Callable[[], datetime]
    ) -> int:
        """The same for many in one go; how many were new.

        A known id of another chat, or from before `repeated_since()`, is another update's: Telegram
        begins its ids anew, and an office may be given another bot. It is asked for only where an id
        is known.
        """
        ...

    def get(self, seq: int) -> InboxUpdate: ...
    def claim(
        self,
        offices: Sequence[int],
        *,
        holder: int,
        busy_chats: Sequence[tuple[int, int]],
        limit: int,
    ) -> Taken:
        """Take in hand the oldest pending update of each chat of these offices; one per chat.

        Chats in another process's hands are left alone, and so are `busy_chats`, which are in ours.
        No office's crowd goes before another's first.
        """

    def give_back(self, holder: int) -> int:
        """What this process has in hand is free for all again; how many."""
        ...

    def give_back_abandoned(self, holder: int, *, absent_before: Collection[int]) -> set[int]:
        """Free what processes that are no more have in hand; `holder` is the one that asks.

        Who is absent now, to be asked about at the next look: only twice absent is no more.
        """
        ...

    def read_ahead(self, numbers: Sequence[int]) -> None:
        """See in one go which of these nobody has handled: each will be marked."""
        ...

    def mark_processed(self, seq: int, at: datetime, *, drop_payload: bool) -> bool:
        """Whether this call was the one that processed it."""

    def record_failure(self, seq: int, *, set_aside_after: int) -> bool:
        """Whether the update is now set aside."""
        ...

    def drop_payloads(self, *, received_before: datetime) -> int: ...
    def drop_payloads_of(self, participant_id: int) -> int:
        """Of all that was handled of theirs: they deleted what they had written."""
        ...

    def pending_count(self) -> int: ...


class OutboxStore(Store[OutboxMessage], Protocol):
    def add_once(self, message: OutboxMessage) -> OutboxMessage | None:
        """The stored message, or None when one with the same key is there already.

        It has no number yet where its key was read ahead.
        """
        ...

    def read_keys_ahead(self, keys: Sequence[str]) -> None:
        """See in one go which of these keys are taken: a message with each may be added."""
        ...

    def store_once(self, message: OutboxMessage) -> None:
        """The same where nobody asks what became of it."""
        ...

    def claim(
        self,
        office_id: int,
        *,
        now: datetime,
        real_now: datetime,
        lease: datetime,
        limit: int,
        only_replies: bool = False,
    ) -> list[OutboxMessage]:
        """Claim what may go now: at most one per chat, best lane first, oldest first."""

    def claimed_with(self, lease: datetime, *, office_id: int) -> list[OutboxMessage]:
        """What one claim took, by the lease it gave, best lane first."""
        ...

    def mark_sent(self, accepted: Sequence[tuple[int, int | None]], *, at: datetime) -> int:
        """Message and Telegram's number of it, many at once; how many were not marked before."""
        ...

    def expire(self, now: datetime, *, office_id: int) -> int: ...
    def with_lease_over(self, real_now: datetime, *, office_id: int) -> list[OutboxMessage]: ...
    def ahead_of(self, moment: datetime) -> list[OutboxMessage]:
        """Queued in a time after `moment`, or put back until one, by a clock that was wrong."""
        ...

    def queued_of(
        self, participant_id: int, *, subject: str | None = None
    ) -> list[OutboxMessage]: ...
    def ours_queued(self, office_id: int, *, before: datetime) -> list[OutboxMessage]:
        """What we tell participants of our own accord, and might leave before then."""
        ...

    def of_participant(self, participant_id: int, *, limit: int) -> list[OutboxMessage]: ...
    def by_question(self, question_id: int) -> OutboxMessage | None:
        """The message that asked the question."""
        ...

    def initiatives_since(
        self, participant_id: int, since: datetime, *, besides_course: bool = False
    ) -> int:
        """How many things of our own initiative were begun, however many messages each took.

        Args:
            besides_course: Lessons and offers of modules are not counted.
        """
        ...

    def drop_bodies(self, *, ended_before: datetime) -> int:
        """At most a batch, the oldest first; how many rows lost their text."""
        ...

    def next_due_at(self, *, after: datetime) -> datetime | None: ...
    def is_idle(self, now: datetime) -> bool: ...
    def offices_due(self, now: datetime, *, real_now: datetime) -> list[int]:
        """Whose bots have a message that could go now, as far as the hour is concerned.

        `real_now` is the machine's time: what rests for the pace is no matter of the program's.
        """
        ...
