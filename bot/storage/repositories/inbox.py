"""The durable inbox: raw updates, deduplicated by the ids seen, taken oldest first per chat."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)

from bot.domain.messages import InboxState, InboxUpdate, Taken
from bot.storage.advisory_locks import living_processes_sql
from bot.storage.among import among
from bot.storage.given_rows import given_rows, is_given
from bot.storage.later import write_later
from bot.storage.made_once import made_once
from bot.storage.remembered import remembered
from bot.storage.repositories.base import Repository, columns_of
from bot.storage.repositories.codes import code
from bot.storage.statements import Statement
from bot.storage.tables.messages import inbox

# As its index says it, or retention would look through all updates there ever were.
HAS_PAYLOAD = text("length(payload) > 0")
DROPPED_AT_ONCE = 1000


def _processed(**more: Any) -> Statement:
    def change(which: Any, at: Any) -> Any:
        state = InboxState.PROCESSED.value
        return update(inbox).where(which).values(state=state, processed_at=at, **more)

    def build(_: str) -> Any:
        is_pending = inbox.c.state == InboxState.PENDING.value
        return change(and_(inbox.c.seq == bindparam("number"), is_pending), bindparam("at"))

    def for_many() -> Any:
        rows = given_rows({"number": inbox.c.seq, "at": inbox.c.processed_at})
        # Said so that the index of what is pending does not serve: it would be read to its end.
        is_pending = func.coalesce(inbox.c.state, "") == InboxState.PENDING.value
        return change(and_(is_given(inbox.c.seq, rows, "number"), is_pending), rows.c.at)

    return Statement(build, for_many=for_many, which="number")


_PROCESSED, _PROCESSED_AND_DROPPED = _processed(), _processed(payload=b"")


_IS_PENDING = inbox.c.state == code(InboxState.PENDING)
_PENDING = Statement(
    lambda dialect: select(inbox.c.seq).where(among(dialect, inbox.c.seq, "numbers"), _IS_PENDING)
)


def _oldest(dialect: str) -> Any:
    """The oldest pending update of each chat that nobody else has in hand, offices taking turns."""
    chat = tuple_(inbox.c.office_id, inbox.c.chat_id)
    others = select(inbox.c.office_id, inbox.c.chat_id).where(
        _IS_PENDING, inbox.c.holder.is_not(None), inbox.c.holder != bindparam("me")
    )
    first = (
        select(
            inbox.c.office_id,
            inbox.c.chat_id,
            func.min(inbox.c.seq).label("seq"),
            func.count().label("pending"),
        )
        .where(_IS_PENDING, among(dialect, inbox.c.office_id, "offices"), chat.not_in(others))
        .group_by(inbox.c.office_id, inbox.c.chat_id)
        .subquery()
    )
    place = func.row_number().over(partition_by=first.c.office_id, order_by=first.c.seq)
    ranked = select(first, place.label("place")).subquery()
    return (
        select(ranked.c.seq, ranked.c.office_id, ranked.c.chat_id, ranked.c.pending)
        .order_by(ranked.c.place, ranked.c.seq)
        .limit(bindparam("most"))
    )


def _taken(dialect: str) -> Any:
    mine = (
        select(inbox.c.seq)
        .where(
            among(dialect, inbox.c.seq, "numbers"),
            _IS_PENDING,
            or_(inbox.c.holder.is_(None), inbox.c.holder == bindparam("me")),
        )
        .with_for_update(skip_locked=True)
    )
    return (
        update(inbox)
        .where(inbox.c.seq.in_(mine))
        .values(holder=bindparam("me"))
        .returning(*columns_of(InboxUpdate, inbox))
    )


# Telegram's ids are never below zero.
_RELEASED = -(2**62)
_RELEASE = Statement(
    lambda _: (
        update(inbox)
        .where(inbox.c.seq == bindparam("number"))
        .values(update_id=_RELEASED + inbox.c.seq)
    )
)
_OLDEST, _TAKEN = Statement(_oldest), Statement(_taken)
_PARTICIPANT = [column.name for column in columns_of(InboxUpdate, inbox)].index("participant_id")


class Inbox(Repository[InboxUpdate]):
    table, record = inbox, InboxUpdate
    id_column = "seq"

    def add_once(self, new: InboxUpdate) -> bool:
        return self._add_once(new) is not None

    def add_all_once(
        self, new: Sequence[InboxUpdate], *, repeated_since: Callable[[], datetime]
    ) -> int:
        self._vault.fetch_keys(self._db, [update.participant_id for update in new])
        # The same number twice in one go is a repetition, whatever else they say.
        unique = list({(one.office_id, one.update_id): one for one in reversed(new)}.values())[::-1]
        stored = self._add_all_once(unique)
        if stored < len(unique) and self._release_ids(unique, repeated_since()):
            stored += self._add_all_once(unique)
        return stored

    def _release_ids(self, wanted: Sequence[InboxUpdate], since: datetime) -> int:
        """Give up the ids of those that have them by chance; how many."""
        by_chance = []
        for one in wanted:
            known = self._first_by(office_id=one.office_id, update_id=one.update_id)
            # Word for word the same is the same, whatever the clock says.
            if known is None or known.payload == one.payload:
                continue
            if known.chat_id != one.chat_id or known.received_at < since:
                by_chance.append({"number": known.seq})
        return _RELEASE.count_many(self._db, by_chance) if by_chance else 0

    def claim(
        self,
        offices: Sequence[int],
        *,
        holder: int,
        busy_chats: Sequence[tuple[int, int]],
        limit: int,
    ) -> Taken:
        """Runs in READ COMMITTED on PostgreSQL: a row that somebody else took meanwhile is looked at
        again, and left (see `StorageThreads.claim`)."""
        asked = {"offices": list(offices), "me": holder, "most": limit + len(busy_chats)}
        busy = set(busy_chats)
        oldest = _OLDEST.rows(self._db, asked)
        free = [row for row in oldest if (row[1], row[2]) not in busy][:limit]
        wanted = [row[0] for row in free]
        if not wanted:
            return Taken()
        rows = _TAKEN.rows(self._db, {"numbers": wanted, "me": holder})
        self._vault.fetch_keys(self._db, [row[_PARTICIPANT] for row in rows])
        # Where others claim too, they may have got in first, and there is more behind what they took.
        there_is_more = bool(rows) and (len(wanted) == limit or len(rows) < len(wanted))
        updates = sorted(map(self._built, rows), key=lambda update: update.seq)
        return Taken(tuple(updates), there_is_more, others_wait=any(row[3] > 1 for row in free))

    def give_back(self, holder: int) -> int:
        return self._free(inbox.c.holder == holder)

    def give_back_abandoned(self, holder: int, *, absent_before: Collection[int]) -> set[int]:
        """Frees what those hold who are absent now and were before; who is absent now.

        Twice, for a process that lives may be without its connection for a moment.
        """
        if self._db.dialect.name == "sqlite":  # one process works at a time
            self._free(inbox.c.holder != holder)
            return set()
        query, parameters = living_processes_sql()
        living = text(query).bindparams(**parameters).columns(objid=BigInteger).subquery()
        pending = inbox.c.state == InboxState.PENDING.value
        holders = select(inbox.c.holder).where(pending, inbox.c.holder.is_not(None)).distinct()
        gone = holders.where(inbox.c.holder.not_in(select(living.c.objid)))
        absent = set(self._db.execute(gone).scalars())
        if again := absent & set(absent_before):
            self._free(inbox.c.holder.in_(again))
        return absent - again

    def _free(self, which: ColumnElement[bool]) -> int:
        pending = inbox.c.state == InboxState.PENDING.value
        in_hand = inbox.c.holder.is_not(None)
        done = self._db.execute(update(inbox).where(pending, in_hand, which).values(holder=None))
        return done.rowcount

    def read_ahead(self, numbers: Sequence[int]) -> None:
        found = {row[0] for row in _PENDING.rows(self._db, {"numbers": list(numbers)})}
        self._is_pending.update({number: number in found for number in numbers})

    @made_once
    def _is_pending(self) -> dict[int, bool]:
        return remembered(self._db, "pending updates")

    def mark_processed(self, seq: int, at: datetime, *, drop_payload: bool) -> bool:
        statement = _PROCESSED_AND_DROPPED if drop_payload else _PROCESSED
        is_pending = self._is_pending.pop(seq, None)
        if is_pending:
            values = {"number": seq, "at": at}
            write_later(self._db, statement, values, table=inbox.name, must_change=True)
        if is_pending is not None:
            return is_pending
        return statement.count(self._db, {"number": seq, "at": at}) == 1

    def record_failure(self, seq: int, *, set_aside_after: int) -> bool:
        current = self.get(seq)
        attempts = current.attempts + 1
        is_over = attempts >= set_aside_after
        state = InboxState.SET_ASIDE if is_over else current.state
        self._db.execute(
            update(inbox).where(inbox.c.seq == seq).values(attempts=attempts, state=state.value)
        )
        return is_over

    def drop_payloads_of(self, participant_id: int) -> int:
        return self._db.execute(
            update(inbox)
            .where(
                inbox.c.participant_id == participant_id,
                inbox.c.state == InboxState.PROCESSED.value,
                HAS_PAYLOAD,
            )
            .values(payload=b"")
        ).rowcount

    def drop_payloads(self, *, received_before: datetime, limit: int = DROPPED_AT_ONCE) -> int:
        """At most `limit` payloads, the oldest first."""
        old = (
            select(inbox.c.seq)
            .where(
                inbox.c.received_at < received_before,
                inbox.c.state != InboxState.PENDING.value,
                HAS_PAYLOAD,
            )
            .order_by(inbox.c.received_at)
            .limit(limit)
        )
        return self._db.execute(
            update(inbox).where(inbox.c.seq.in_(old)).values(payload=b"")
        ).rowcount

    def pending_count(self) -> int:
        query = select(func.count()).where(inbox.c.state == InboxState.PENDING.value)
        count: int = self._db.execute(query).scalar_one()
        return count
