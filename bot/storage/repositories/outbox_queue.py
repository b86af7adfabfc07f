"""The walk through one office's queued messages: who may go next, and who rests meanwhile.

A claim reads only the front of the queue. What cannot go and crowds the front (a chat with a
thousand messages, a thousand people who blocked the bot) is put to rest: it leaves the index that
is walked until its time comes or its account works again, and is not looked at in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, or_, select, union_all, update

from bot.domain.messages import Lane, OutboxState
from bot.domain.people import AccountStatus
from bot.storage.columns import Instant
from bot.storage.repositories.codes import code
from bot.storage.statements import Statement
from bot.storage.tables.messages import outbox
from bot.storage.tables.people import telegram_account as account

# Far longer than the pace per chat. What a clock that was wrong has written must silence no chat.
LONGEST_PACE = timedelta(minutes=1)
LONGEST_REST = timedelta(minutes=10)
# One after the other: a chat's tenth message cannot go before the nine in front of it.
STAGGER = timedelta(seconds=1)
LOOK_AGAIN = timedelta(milliseconds=250)
# How many rows of each lane are looked at beyond those wanted, and how much further then.
ROOM, WIDER, MOST_ROUNDS = 40, 4, 5
WOKEN_AT_ONCE = 1000
AT_ONCE = 5000  # numbers in one statement

Chat = tuple[str, int]


class Waiting(NamedTuple):
    """What of a queued message tells whether it may go."""

    id: int
    lane: int
    not_before: datetime
    participant_id: int | None
    chat_id: int | None
    expires_at: datetime | None
    account_id: int | None = None
    next_send_at: datetime | None = None

    @property
    def chat(self) -> Chat:
        return _chat(self.participant_id, self.chat_id)

    @property
    def place(self) -> tuple[int, datetime, int]:
        return self.lane, self.not_before, self.id


def _chat(participant_id: int | None, chat_id: int | None) -> Chat:
    if participant_id is not None:
        return "participant", participant_id
    assert chat_id is not None
    return "chat", chat_id


IS_QUEUED = outbox.c.state == code(OutboxState.QUEUED)
IS_CLAIMED = outbox.c.state == code(OutboxState.CLAIMED)


def _front_of(lane: Lane) -> Any:
    bound = and_(
        account.c.participant_id == outbox.c.participant_id,
        account.c.status == code(AccountStatus.ACTIVE),
    )
    front = (
        select(
            outbox.c.id,
            outbox.c.lane,
            outbox.c.not_before,
            outbox.c.participant_id,
            outbox.c.chat_id,
            outbox.c.expires_at,
            account.c.id.label("account_id"),
            account.c.next_send_at,
        )
        .select_from(outbox.outerjoin(account, bound))
        .where(
            outbox.c.office_id == bindparam("office_id"),
            IS_QUEUED,
            outbox.c.rests_until.is_(None),
            outbox.c.lane == lane.value,
            outbox.c.not_before <= bindparam("now", type_=Instant),
        )
        .order_by(outbox.c.not_before, outbox.c.id)
        .limit(bindparam("most"))
    )
    return select(front.subquery())


def _front(worst: Lane) -> Statement:
    # Each lane by itself: so the index gives its rows in order, and none of a later hour is read.
    query = union_all(*(_front_of(lane) for lane in Lane if lane <= worst))
    return Statement(lambda _: query)


_FRONT = {worst: _front(worst) for worst in Lane}
_BUSY = Statement(
    lambda _: select(outbox.c.participant_id, outbox.c.chat_id).where(
        IS_CLAIMED, outbox.c.office_id == bindparam("office_id")
    )
)
_RESTING = and_(IS_QUEUED, outbox.c.rests_until.is_not(None))
_OF_OFFICE = and_(_RESTING, outbox.c.office_id == bindparam("of_office"))
_RESTS = Statement(
    lambda _: select(
        select(func.min(outbox.c.rests_until)).where(_OF_OFFICE).scalar_subquery(),
        select(func.max(outbox.c.rests_until)).where(_OF_OFFICE).scalar_subquery(),
    )
)
_OVER = (
    select(outbox.c.id)
    .where(
        _OF_OFFICE,
        or_(
            outbox.c.rests_until <= bindparam("real_now", type_=Instant),
            outbox.c.rests_until > bindparam("too_late", type_=Instant),
        ),
    )
    .limit(WOKEN_AT_ONCE)
)
_END_RESTS = Statement(
    lambda _: update(outbox).where(outbox.c.id.in_(_OVER)).values(rests_until=None)
)
_AT_REST = select(
    outbox.c.id,
    outbox.c.lane,
    outbox.c.not_before,
    outbox.c.participant_id,
    outbox.c.chat_id,
    outbox.c.expires_at,
).where(_RESTING)
_REST = Statement(
    lambda _: (
        update(outbox)
        .where(outbox.c.id == bindparam("message_id"), IS_QUEUED)
        .values(rests_until=bindparam("until", type_=Instant))
    )
)


class QueueWalk:
    """One claim's walk through the queue of one office."""

    def __init__(
        self, db: Connection, office_id: int, *, now: datetime, real_now: datetime, worst: Lane
    ) -> None:
        """`worst` is the last lane that may go."""
        self._db = db
        self._office_id = office_id
        self._now = now
        self._real_now = real_now
        self._front = _FRONT[worst]
        self._busy: set[Chat] | None = None
        self._picked: dict[Chat, Waiting] = {}
        self._rested: Counter[Chat] = Counter()

    def pick(self, limit: int) -> list[int]:
        """The numbers of what may go: one per chat, best lane first, oldest first within it."""
        somebody_rests = self._end_rests()
        most = limit + ROOM
        for _ in range(MOST_ROUNDS):
            rows = self._rows(most)
            left = self._choose(rows, limit)
            read = Counter(row.lane for row in rows)
            crowded = {lane for lane, count in read.items() if count >= most}
            if len(self._picked) >= limit or not crowded:
                break
            self._rest([row for row in left if row.lane in crowded])
            somebody_rests = True
            most *= WIDER
        if somebody_rests:
            self._let_pass_who_rests()
        return [row.id for row in self._picked.values()]

    def _end_rests(self) -> bool:
        """Wake what has rested long enough; whether anything rests or did."""
        found = _RESTS.first(self._db, {"of_office": self._office_id})
        assert found is not None
        least, greatest = found
        if least is None:
            return False
        too_late = self._real_now + LONGEST_REST
        if least <= self._real_now or greatest > too_late:
            given = {"of_office": self._office_id, "real_now": self._real_now, "too_late": too_late}
            _END_RESTS.count(self._db, given)
        return True

    def _let_pass_who_rests(self) -> None:
        """What is newer must not overtake what rests in its chat."""
        numbers: dict[str, list[int]] = {"participant": [], "chat": []}
        for kind, number in self._picked:
            numbers[kind].append(number)
        of_participants = outbox.c.participant_id.in_(numbers["participant"])
        of_strangers = and_(
            outbox.c.participant_id.is_(None),
            outbox.c.office_id == self._office_id,
            outbox.c.chat_id.in_(numbers["chat"]),
        )
        for who in (of_participants, of_strangers):
            for found in self._db.execute(_AT_REST.where(who)):
                row = Waiting(*found)
                is_expired = row.expires_at is not None and row.expires_at <= self._now
                if not is_expired and row.place < self._picked[row.chat].place:
                    self._picked[row.chat] = row

    def _rows(self, most: int) -> Sequence[Waiting]:
        """The front of each lane, the best lane's first."""
        given = {"office_id": self._office_id, "now": self._now, "most": most}
        rows = [Waiting(*row) for row in self._front.rows(self._db, given)]
        return sorted(rows, key=lambda row: row.lane)

    def _choose(self, rows: Sequence[Waiting], limit: int) -> list[Waiting]:
        """Pick what may go; returns what may not."""
        left = []
        for row in rows:
            chat = row.chat
            if chat in self._picked and row.id == self._picked[chat].id:
                continue
            if self._may_go(row) and chat not in self._picked and not self._is_busy(chat):
                if len(self._picked) == limit:
                    break
                self._picked[chat] = row
                continue
            left.append(row)
        return left

    def _may_go(self, row: Waiting) -> bool:
        is_reachable = row.participant_id is None or row.account_id is not None
        return is_reachable and not self._is_expired(row) and not self._is_paced(row)

    def _is_expired(self, row: Waiting) -> bool:
        return row.expires_at is not None and row.expires_at <= self._now

    def _is_paced(self, row: Waiting) -> bool:
        at = row.next_send_at
        return at is not None and self._real_now < at <= self._real_now + LONGEST_PACE

    def _is_busy(self, chat: Chat) -> bool:
        """Whether a message to the chat is on its way."""
        if self._busy is None:
            found = _BUSY.rows(self._db, {"office_id": self._office_id})
            self._busy = {_chat(participant_id, chat_id) for participant_id, chat_id in found}
        return chat in self._busy

    def _rest(self, rows: Sequence[Waiting]) -> None:
        hopeless, soon = [], []
        for row in rows:
            if self._is_expired(row) or (row.participant_id is not None and not row.account_id):
                hopeless.append(row.id)
            else:
                soon.append({"message_id": row.id, "until": self._rests_until(row)})
        until = self._real_now + LONGEST_REST
        for first in range(0, len(hopeless), AT_ONCE):
            these = outbox.c.id.in_(hopeless[first : first + AT_ONCE])
            self._db.execute(update(outbox).where(these, IS_QUEUED).values(rests_until=until))
        if soon:
            _REST.count_many(self._db, soon)

    def _rests_until(self, row: Waiting) -> datetime:
        chat, free_at = row.chat, row.next_send_at
        if free_at is None or not self._is_paced(row):
            free_at = self._real_now + (STAGGER if chat in self._picked else LOOK_AGAIN)
        until = free_at + self._rested[chat] * STAGGER
        self._rested[chat] += 1
        return min(until, self._real_now + LONGEST_REST)
