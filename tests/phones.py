"""Phones and mails in a rehearsal: what lies there, and what a phone's owner can do."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from bot.domain.message_bodies import callback_data
from bot.domain.messages import Body, Button
from bot.domain.people import AccountStatus
from bot.services import incoming
from bot.services.incoming import ChatEvent
from bot.services.questions import TapResult

T = TypeVar("T")


class Stage(Protocol):
    """What a phone needs of the rehearsal it belongs to."""

    @property
    def now(self) -> datetime: ...
    def run_as_update(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T: ...
    def deliver(self) -> int: ...


def plain(text: str) -> str:
    """Telegram's HTML without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", text)).strip()


@dataclass(frozen=True)
class Received:
    """A message on the phone."""

    at: datetime
    rule: str
    message_id: int
    body: Body

    @property
    def text(self) -> str:
        return plain(self.body.text)

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.body.buttons for button in row]

    def button(self, label: str) -> Button | None:
        found = (b for row in self.body.buttons for b in row if b.label == label)
        return next(found, None)


@dataclass(frozen=True)
class MailedNotice:
    """A mail as it lies in somebody's mailbox."""

    at: datetime
    to: str
    subject: str
    text: str


@dataclass
class Phone:
    """Every act is one update; what is answered is delivered at once and returned as texts.

    `gone`: what Telegram answers whenever something is sent here (403 and its kin).
    """

    rehearsal: Stage
    office_id: int
    chat_id: int
    language: str = "nb"
    gone: AccountStatus | None = None
    received: list[Received] = field(default_factory=list)
    _message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(500_001))

    # --- what lies on it -----------------------------------------------------------------------

    @property
    def last(self) -> Received:
        return self.received[-1]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.received]

    def by_rule(self, rule: str) -> list[Received]:
        return [message for message in self.received if message.rule == rule]

    def forget(self) -> None:
        """Let the messages so far scroll out of sight; their buttons can still be tapped by data."""
        self.received.clear()

    def data_of(self, label: str) -> str:
        """The callback data of the newest button with this label."""
        for message in reversed(self.received):
            button = message.button(label)
            if button is not None:
                return callback_data(button.question_id, button.option)
        labels = [message.labels for message in self.received if message.labels]
        raise AssertionError(f"No button {label!r} on the phone; there are {labels}")

    # --- what its owner does -------------------------------------------------------------------

    def start(self, code: str = "") -> list[str]:
        return self._do(incoming.start_command, code)

    def command(self, name: str) -> list[str]:
        return self._do(incoming.command, name)

    def write(self, text: str) -> list[str]:
        return self._do(incoming.text_received, text)

    def edit(self, text: str) -> list[str]:
        return self._do(incoming.text_edited, text)

    def send(self, kind: str, caption: str = "", **file: Any) -> list[str]:
        """A photo, voice message, sticker or the like; `file` says what Telegram does of one."""
        return self._do(partial(incoming.media_received, **file), kind, caption)

    def tap(self, label: str) -> list[str]:
        return self._do(incoming.button_tapped, self.data_of(label))

    def tap_data(self, data: str) -> TapResult:
        """Tap a button by its raw data, perhaps a forged or an old one."""
        result = self.rehearsal.run_as_update(incoming.button_tapped, self.event(), data)
        self.rehearsal.deliver()
        return result

    def block(self) -> None:
        self.gone = AccountStatus.BLOCKED
        self._do(incoming.bot_blocked)

    def unblock(self) -> None:
        self.gone = None
        self._do(incoming.bot_unblocked)

    def event(self) -> ChatEvent:
        return ChatEvent(
            self.office_id,
            self.chat_id,
            self.language,
            at=self.rehearsal.now,
            message_id=next(self._message_ids),
        )

    def _do(self, service: Callable[..., Any], *args: Any) -> list[str]:
        before = len(self.received)
        self.rehearsal.run_as_update(service, self.event(), *args)
        self.rehearsal.deliver()
        return [message.text for message in self.received[before:]]
