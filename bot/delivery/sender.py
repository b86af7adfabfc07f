"""The paced sender: claims with a lease, sends outside any transaction, records what became of it."""

from __future__ import annotations

import asyncio
import time
from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot import failpoints
from bot.delivery.outcomes import Failure, Meaning, failure_of
from bot.delivery.pacing import Pace
from bot.delivery.telegram_bots import TelegramBot
from bot.delivery.worker import StorageRunner
from bot.domain.errors import StorageUnavailable
from bot.domain.message_bodies import callback_data, load_body
from bot.domain.messages import Body
from bot.domain.plain_text import without_markup
from bot.services.delivery_results import (
    Claimed,
    account_gone,
    claim_messages,
    flooded,
    flooded_until,
    message_sent,
    not_sent,
    outcome_unknown,
    recover_claims,
    refused,
    send_as_plain_text,
)
from bot.services.ports import UnitOfWork

log = structlog.get_logger(__name__)

IDLE_S = 0.25
RECOVER_EVERY_S = 15.0
TIME_LIMIT_S = 45.0  # shorter than a claim's lease

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None


class Sender:
    """Sends for one office's bot. `on_token_refused` is called when Telegram refuses the token.

    `guards_clock` holds our own initiative while the machine's clock is not to be believed.
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
        real_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._office_id = office_id
        self._bot = telegram_bot
        self._storage = storage
        self._pace = Pace(rate)
        self._on_token_refused = on_token_refused
        self._guards_clock = guards_clock
        self._real_now = real_now
        self._wake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._silent_until: datetime | None = None
        self.last_turn: float | None = None  # when the loop last looked, by the monotonic clock

    def wake(self) -> None:
        """Something may be in the outbox."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; `drain` lets what is on its way finish."""
        await self._storage.run(recover_claims, real_now=self._real_now(), everything=True)
        self._silent_until = await self._storage.read(flooded_until, self._office_id)
        recovered_at = asyncio.get_running_loop().time()
        while True:
            self._wake.clear()
            try:
                claimed = await self._claim()
                self.last_turn = time.monotonic()
                if asyncio.get_running_loop().time() - recovered_at > RECOVER_EVERY_S:
                    recovered_at = asyncio.get_running_loop().time()
                    await self._storage.run(
                        recover_claims, real_now=self._real_now(), everything=False
                    )
            except StorageUnavailable as error:
                log.error("outbox_unreadable", error=str(error))
                await asyncio.sleep(1.0)
                continue
            if claimed == 0:
                await self._rest()

    async def drain(self, timeout_s: float) -> None:
        """Let what is on its way finish; the rest is recovered as unknown after a restart."""
        if self._sending:
            await asyncio.wait(set(self._sending), timeout=timeout_s)

    async def _claim(self) -> int:
        if self._silent_until is not None:
            if self._real_now() < self._silent_until:
                return 0
            self._silent_until = None
        room = self._pace.available()
        if room <= 0:
            return 0
        claims: list[Claimed] = await self._storage.run(
            claim_messages,
            self._office_id,
            real_now=self._real_now(),
            limit=room,
            guards_clock=self._guards_clock,
        )
        self._pace.take(len(claims))
        for claim in claims:
            task = asyncio.create_task(self._send(claim))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        if claims:
            failpoints.passing("claimed")
        return len(claims)

    async def _rest(self) -> None:
        # Not wait_for: in Python 3.11 it swallows a cancellation that comes together with the wake.
        with suppress(TimeoutError):
            async with asyncio.timeout(max(IDLE_S, self._pace.wait_s())):
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
        else:
            failpoints.passing("accepted")
            await self._record(_mark_sent, message_id, telegram_message_id)
        self._wake.set()

    async def _call(self, claim: Claimed) -> int | None:
        body = load_body(claim.message.body)
        markup = _markup(body)
        text = without_markup(body.text) if claim.message.is_plain else body.text
        parse_mode = None if claim.message.is_plain else ParseMode.HTML
        if body.document is not None:
            file = InputFile(
                b64decode(body.document.content_base64), filename=body.document.filename
            )
            answer = await self._bot.call(
                "sendDocument",
                chat_id=claim.chat_id,
                document=file,
                caption=text,
                parse_mode=parse_mode,
                reply_markup=markup,
            )
        else:
            answer = await self._bot.call(
                "sendMessage",
                chat_id=claim.chat_id,
                text=text,
                parse_mode=parse_mode,
                reply_markup=markup,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        message_id = answer.get("message_id") if isinstance(answer, dict) else None
        return message_id if isinstance(message_id, int) else None

    async def _record_failure(self, message_id: int, failure: Failure) -> None:
        match failure.meaning:
            case Meaning.FLOOD:
                wait = failure.retry_after or timedelta(seconds=5)
                until = self._real_now() + wait
                self._silent_until = max(self._silent_until or until, until)
                await self._record(
                    flooded, self._office_id, message_id, until=self._silent_until, retry_after=wait
                )
            case Meaning.GONE:
                await self._record(account_gone, message_id, failure.account_status)
            case Meaning.MARKUP:
                await self._record(send_as_plain_text, message_id, failure.reason)
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
    ) -> None:
        try:
            await self._storage.run(service, *args, **kwargs)
        except StorageUnavailable as error:
            # The claim stays; when its lease is over the outcome counts as unknown.
            log.error("outcome_not_recorded", error=str(error))
        except Exception as error:  # the same; a rule that fails must not be silent about it
            log.error("outcome_not_recorded", error=type(error).__name__, exc_info=True)


def _mark_sent(uow: UnitOfWork, message_id: int, telegram_message_id: int | None) -> None:
    message_sent(uow, message_id, telegram_message_id)
    failpoints.passing("marked")


def _markup(body: Body) -> Markup:
    if body.buttons:
        return InlineKeyboardMarkup(
            [
                [
                    InlineKeyboardButton(
                        b.label, callback_data=callback_data(b.question_id, b.option)
                    )
                    for b in row
                ]
                for row in body.buttons
            ]
        )
    if body.menu is None:
        return None
    if not body.menu:
        return ReplyKeyboardRemove()
    return ReplyKeyboardMarkup(body.menu, resize_keyboard=True, is_persistent=True)
