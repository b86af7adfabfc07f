"""Everything the emulator holds in memory, and how its parts find one another."""

import asyncio
import itertools
import re
import time
from collections import deque
from collections.abc import Iterator
from random import Random

from bot.emulator.clock import WindableClock, iso
from bot.emulator.faults import FaultPlan
from bot.emulator.files import FileShelf
from bot.emulator.pacing import SendLimits
from bot.emulator.records import BotAccount, CallbackQuery, Chat, Json, Letter, Message, Person
from bot.emulator.updates import UpdateQueue

TOKEN_SHAPE = re.compile(r"\d+:[A-Za-z0-9_-]{10,}")
KEPT_CALLS = 50_000


class Refused(Exception):
    """Something a phone or the control cannot do now; the text may be shown."""

    def __init__(self, text: str, status: int = 409) -> None:
        super().__init__(text)
        self.status = status


class World:
    """The rehearsal's whole state; one per process, gone with it."""

    def __init__(self, clock: WindableClock) -> None:
        self.clock = clock
        self.random = Random()
        self.closing = asyncio.Event()
        self.revision = 0
        self._changed = asyncio.Event()
        self.clear()

    def clear(self) -> None:
        """Forget everything but the clock."""
        self.bots: dict[str, BotAccount] = {}
        self.bots_by_id: dict[int, BotAccount] = {}
        self.people: dict[int, Person] = {}
        self.private: dict[tuple[int, int], Chat] = {}
        self.groups: dict[int, Chat] = {}
        self.files = FileShelf()
        self.faults = FaultPlan()
        self.limits = SendLimits()
        self.callbacks: dict[str, CallbackQuery] = {}
        self.calls: deque[Json] = deque(maxlen=KEPT_CALLS)
        self.sent: deque[Json] = deque(maxlen=KEPT_CALLS)
        self.letters: list[Letter] = []
        self.mail_faults: list[Json] = []
        self.rehearsal: list[Json] = []  # what the page offers to try, in groups
        self.rehearsal_number = 0  # tells the page when the list is another one
        self.orders = itertools.count(1)
        self.call_numbers = itertools.count(1)
        self.sent_numbers = itertools.count(1)
        self._person_ids = itertools.count(7_000_000_001)
        self._group_ids = itertools.count(4_000_001)
        self.changed()

    def reset(self) -> None:
        """Forget everything but the clock, ending whatever still waits for news."""
        for bot in self.bots.values():
            bot.updates.end_poll("the rehearsal was reset")
            bot.updates.wake()
        self.clear()

    def changed(self) -> None:
        """Tell everybody who watches that something is different."""
        self.revision += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def wait_for_change(self, since: int, seconds: float) -> None:
        """Return when the revision is past `since`, after `seconds` or at the end."""
        if self.revision > since or self.closing.is_set():
            return
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return

    def close(self) -> None:
        """Let every waiting request answer, for the process is about to end."""
        self.closing.set()
        for bot in self.bots.values():
            bot.updates.end_poll("shutting down")
            bot.updates.wake()
        self.changed()

    async def pause(self, seconds: float) -> None:
        """Wait in real time, but not beyond the end of the process."""
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return

    def bot(self, token: str) -> BotAccount:
        """Return the bot of a token; using a token makes its bot known."""
        known = self.bots.get(token)
        if known is not None:
            return known
        if not TOKEN_SHAPE.fullmatch(token):
            raise Refused("a token looks like 123456:letters-and-digits", 400)
        bot_id = int(token.partition(":")[0])
        first_id = self.random.randint(100_000_000, 900_000_000)
        queue = UpdateQueue(self.clock, first_id, self.random)
        made = BotAccount(bot_id, token, f"rehearsal_{bot_id}_bot", "Rehearsal bot", queue)
        self.bots[token] = self.bots_by_id[bot_id] = made
        self.changed()
        return made

    def only_bot(self) -> BotAccount | None:
        """Return the bot a phone without one talks to: the first that is known."""
        return next(iter(self.bots.values()), None)

    def new_person_id(self) -> int:
        """Return an id nobody has."""
        return next(number for number in self._person_ids if number not in self.people)

    def new_group_id(self, kind: str) -> int:
        """Return a fresh chat id in the range Telegram uses for this kind."""
        number = next(self._group_ids)
        return -(1_000_000_000_000 + number) if kind == "supergroup" else -number

    def private_chat(self, bot: BotAccount, person: Person) -> Chat:
        """Return the chat of a person with a bot, empty at first."""
        key = (bot.bot_id, person.person_id)
        if key not in self.private:
            self.private[key] = Chat(
                person.person_id, "private", person_id=person.person_id, bot_id=bot.bot_id
            )
        return self.private[key]

    def chats_of(self, person: Person) -> Iterator[Chat]:
        """Yield every group the person is in."""
        return (group for group in self.groups.values() if person.person_id in group.members)

    def next_message_id(self, chat: Chat) -> int:
        """Count up: one row of numbers per bot, supergroups and groups with their own."""
        if chat.bot_id is not None:
            bot = self.bots_by_id[chat.bot_id]
            bot.last_message_id += 1
            return bot.last_message_id
        chat.last_message_id += 1
        return chat.last_message_id

    def add_message(
        self,
        chat: Chat,
        content: Json,
        *,
        from_bot: int | None = None,
        from_person: int | None = None,
        reply_markup: Json | None = None,
        reply_to: int | None = None,
        silent: bool = False,
        service: bool = False,
    ) -> Message:
        """Put a message into a chat at the present instant."""
        message = Message(
            message_id=self.next_message_id(chat),
            order=next(self.orders),
            at=self.clock.now(),
            content=content,
            from_bot=from_bot,
            from_person=from_person,
            reply_markup=reply_markup,
            reply_to=reply_to,
            silent=silent,
            service=service,
        )
        chat.messages[message.message_id] = message
        self.changed()
        return message

    def record_sent(self, bot: BotAccount, chat: Chat, message: Message, method: str) -> None:
        """Note an outgoing message that was accepted."""
        self.sent.append(
            {
                "seq": next(self.sent_numbers),
                "bot": bot.token,
                "method": method,
                "chat_id": chat.chat_id,
                "message_id": message.message_id,
                "text": message.content.get("text", message.content.get("caption", "")),
                "reply_markup": message.reply_markup,
                "at": iso(self.clock.now()),
                "monotonic": time.monotonic(),
            }
        )
