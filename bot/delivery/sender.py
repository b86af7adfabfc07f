"""The paced sender: claims with a lease, sends outside any transaction, records what became of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from telegram.error import TelegramError

from bot import failpoints
from bot.delivery.calls import call_for
from bot.delivery.flood_silence import FloodSilence
from bot.delivery.outcomes import Failure, Meaning, failure_of
from bot.delivery.pacing import Pace
from bot.delivery.telegram_bots import TelegramBot
from bot.delivery.worker import StorageRunner
from bot.domain.errors import StorageUnavailable
from bot.services.delivery_results import (
    Accepted,
    Claimed,
    account_gone,
    chat_migrated,
    claim_messages,
    message_sent,
    messages_sent,
    not_begun,
    not_sent,
    outcome_unknown,
    recover_claims,
    refused,
    send_as_plain_text,
)
from bot.services.floods import flooded, flooded_until
from bot.services.ports import UnitOfWork

log = structlog.get_logger(__name__)

IDLE_S = 0.25
RECOVER_EVERY_S = 15.0
RECORD_AGAIN_S = 1.0
HANDING_OVER_S = 0.6  # longer than a turn of the duties: so long a former sender may go on
TIME_LIMIT_S = 45.0  # shorter than a claim's lease


class Sender:
    """Sends for one office's bot. `on_token_refused` is called when Telegram refuses the token.

    `guards_clock` holds our own initiative while the machine's clock is not to be believed.
    `is_ours` is asked before every claim: one process at a time sends for a bot (bot/duties.py).
    Nobody waking it, it looks every `idle_s`; see outbox_watch.py for many bots.
    """

    def __init__(
        self,
        office_id: int,
        telegram_bot: TelegramBot,
        storage: StorageRunner,
        *,
        rate: float,
        on_token_refused: Callable[[], None],
        guards_clock: bool = False,
        is_ours: Callable[[], bool] = lambda: True,
        idle_s: float = IDLE_S,
        real_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._office_id = office_id
        self._bot = telegram_bot
        self._storage = storage
        self._pace = Pace(rate)
        self._on_token_refused = on_token_refused
        self._guards_clock = guards_clock
        self._is_ours = is_ours
        self._idle_s = idle_s
        self._real_now = real_now
        self._wake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._accepted: list[Accepted] = []
        self._is_marking = False
        self._claiming: asyncio.Future[list[Claimed]] | None = None
        self._on_the_way: set[int] = set()  # messages, until their outcome is on record
        self._silence = FloodSilence()
        self.last_turn: float | None = None  # when the loop last looked, by the monotonic clock

    def wake(self) -> None:
        """Something may be in the outbox."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; `drain` lets what is on its way finish."""
        # Whoever sent before us may have spent this moment's allowance, and may not know yet.
        self._pace.spend(HANDING_OVER_S)
        loop = asyncio.get_running_loop()
        recovered_at: float | None = None
        while True:
            self._wake.clear()
            try:
                if recovered_at is None or loop.time() - recovered_at > RECOVER_EVERY_S:
                    await self._recover(everything=recovered_at is None)
                    recovered_at = loop.time()
                there_is_more = await self._claim()
                self.last_turn = time.monotonic()
            except StorageUnavailable as error:
                log.error("outbox_unreadable", error=str(error))
                await asyncio.sleep(1.0)
                continue
            if not there_is_more:
                await self._rest()

    async def drain(self, timeout_s: float) -> None:
        """Let what is on its way finish; the rest is recovered as unknown after a restart."""
        if self._claiming is not None:  # claimed while we were stopped: nothing of it was begun
            await self._give_back(self._claiming)
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._sending:  # sending goes over into marking what was sent
                    await asyncio.wait(set(self._sending))

    async def _recover(self, *, everything: bool) -> None:
        now = self._real_now()
        await self._storage.run(
            recover_claims,
            self._office_id,
            real_now=now,
            everything=everything,
            in_hand=frozenset(self._on_the_way),
        )
        if everything:
            until = await self._storage.read(flooded_until, self._office_id, real_now=now)
            self._silence.resume(until, now=now)

    async def _give_back(self, claiming: asyncio.Future[list[Claimed]]) -> None:
        self._claiming = None
        try:
            claims = await claiming
            await self._storage.run(not_begun, claims)
        except StorageUnavailable as error:
            log.error("claims_not_given_back", error=str(error))

    async def _claim(self) -> bool:
        """Claim what may go now, and begin to send it; whether there may be more of it."""
        if self._silence.lasts(self._real_now()):
            return False
        room = self._pace.available()
        if room <= 0 or not self._is_ours():
            return False
        # A claim that is under way when we are stopped is given back by `drain`.
        self._claiming = asyncio.ensure_future(
            self._storage.run(
                claim_messages,
                self._office_id,
                real_now=self._real_now(),
                limit=room,
                guards_clock=self._guards_clock,
            )
        )
        claims: list[Claimed] = await asyncio.shield(self._claiming)
        if claims and not self._is_ours():  # we hung: somebody else may be sending by now
            await self._give_back(self._claiming)
            return False
        self._claiming = None
        self._pace.take(len(claims))
        for claim in claims:
            self._on_the_way.add(claim.message.id)
            self._begin(self._send(claim))
        if claims:
            failpoints.passing("claimed")
        return len(claims) == room

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _rest(self) -> None:
        # Until the next may go: whoever looks later than that gives away what Telegram allows. What
        # waits for its chat is due by the time; the watch of all bots (outbox_watch.py) sees it.
        rest_s = self._pace.wait_s() or self._idle_s
        # Not wait_for: in Python 3.11 it swallows a cancellation that comes together with the wake.
        with suppress(TimeoutError):
            async with asyncio.timeout(rest_s):
                await self._wake.wait()

    async def _send(self, claim: Claimed) -> None:
        message_id = claim.message.id
        try:
            async with asyncio.timeout(TIME_LIMIT_S):
                telegram_message_id = await self._call(claim)
        except Exception as error:  # sorted by its cause; anything unforeseen is unknown
            failure = failure_of(error)
            log.info(
                "not_delivered",
                message=message_id,
                meaning=failure.meaning,
                why=type(error).__name__,
            )
            await self._record_failure(message_id, failure)
            self._on_the_way.discard(message_id)
        else:
            failpoints.passing("accepted")
            self._accepted.append(Accepted(message_id, claim.message.rule, telegram_message_id))
            if not self._is_marking:
                self._is_marking = True
                self._begin(self._mark_accepted())
            return
        self._wake.set()

    async def _mark_accepted(self) -> None:
        """Mark what was sent; what is accepted while the database writes goes in one the next time."""
        try:
            while self._accepted:
                accepted, self._accepted = self._accepted, []
                if not await self._record(_mark_sent, accepted) and len(accepted) > 1:
                    for one in accepted:  # what stands in one's way must not stand in the others'
                        await self._record(_mark_sent, [one])
                # What could not be recorded is left to its lease.
                self._on_the_way.difference_update(one.message_id for one in accepted)
        finally:
            self._is_marking = False

    async def _call(self, claim: Claimed) -> int | None:
        method, parameters = call_for(claim)
        answer = await self._bot.call(method, **parameters)
        message_id = answer.get("message_id") if isinstance(answer, dict) else None
        return message_id if isinstance(message_id, int) else None

    async def _record_failure(self, message_id: int, failure: Failure) -> None:
        match failure.meaning:
            case Meaning.FLOOD:
                wait = failure.retry_after or timedelta(seconds=5)
                until, wait = self._silence.begin(wait, now=self._real_now())
                await self._record(
                    flooded, self._office_id, message_id, until=until, retry_after=wait
                )
            case Meaning.GONE:
                await self._record(account_gone, message_id, failure.account_status)
            case Meaning.MARKUP:
                await self._record(send_as_plain_text, message_id, failure.reason)
            case Meaning.MIGRATED:
                await self._record(chat_migrated, message_id, failure.new_chat_id)
            case Meaning.REFUSED:
                await self._record(refused, message_id, failure.reason)
            case Meaning.UNKNOWN:
                await self._record(outcome_unknown, message_id, failure.reason)
            case Meaning.UNCHANGED:
                await self._record(message_sent, message_id, None)
            case Meaning.TOKEN if await self._token_works():
                # 404 means either: this server does not know the method.
                await self._record(refused, message_id, "method_not_known")
            case Meaning.TOKEN:
                await self._record(not_sent, message_id, failure.reason)
                self._on_token_refused()
            case Meaning.NOT_SENT:
                await self._record(not_sent, message_id, failure.reason)

    async def _token_works(self) -> bool:
        try:
            await self._bot.call("getMe")
        except TelegramError:
            return False
        return True

    async def _record(
        self, service: Callable[..., object], *args: object, **kwargs: object
    ) -> bool:
        """Whether it could be recorded; while the disk is full or the server away it waits.

        What is known must not be forgotten: a question whose outcome counts as unknown goes twice.
        """
        while True:
            try:
                await self._storage.run(service, *args, **kwargs)
            except StorageUnavailable as error:
                log.error("outcome_not_recorded_yet", error=str(error))
                await asyncio.sleep(RECORD_AGAIN_S)
            except Exception as error:
                # The claim stays; when its lease is over the outcome counts as unknown.
                log.error("outcome_not_recorded", error=type(error).__name__, exc_info=True)
                return False
            else:
                return True


def _mark_sent(uow: UnitOfWork, accepted: Sequence[Accepted]) -> None:
    messages_sent(uow, accepted)
    failpoints.passing("marked")
