"""Plays a week of a loaded country through the real services, and times what it does."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from benchmarks.bulk.ahead import FRIDAY_NOON
from benchmarks.bulk.shape import FIRST_OFFICE, NOW, Country
from bot.app import Program
from bot.domain.message_bodies import callback_data, load_body
from bot.scheduling.clock import DeclaredClock
from bot.scheduling.ticker import Ticker
from bot.services import incoming
from bot.services.delivery_results import Claimed, claim_messages, message_sent
from bot.services.incoming import ChatEvent
from bot.services.retention import drop_old_texts
from bot.services.sweep import fire_occurrence, fire_occurrences, next_due_at, what_is_due

WEEK = timedelta(days=7)
STEP = timedelta(minutes=5)  # time goes on at least so far between two looks
RETENTION_EVERY = timedelta(hours=3)
CLAIM_AT_ONCE = 25  # what a bot may send in a second
ANSWERS = 5  # of so many questions all but one are answered


@dataclass
class Played:
    """Seconds of each call, and how many of each there were."""

    due_s: list[float] = field(default_factory=list)
    due_at_noon_s: list[float] = field(default_factory=list)
    noon_fired: int = 0
    noon_took_s: float = 0.0
    noon_sent: int = 0
    noon_sending_s: float = 0.0
    taps_s: list[float] = field(default_factory=list)
    retention_s: list[float] = field(default_factory=list)
    pruned: int = 0
    fired: int = 0
    sent: int = 0

    @property
    def firing_each_s(self) -> float:
        return self.noon_took_s / max(1, self.noon_fired)

    @property
    def sending_each_s(self) -> float:
        return self.noon_sending_s / max(1, self.noon_sent)

    @property
    def dropping_each_s(self) -> float:
        return sum(self.retention_s) / max(1, self.pruned)


class _Watched:
    """Storage for the ticker, timing how long finding what is due takes."""

    def __init__(self, program: Program, played: Played) -> None:
        self._storage = program.storage
        self._played = played
        self.is_noon = False

    async def run(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if fn is fire_occurrence and self.is_noon:
            self._played.noon_fired += 1
        if fn is fire_occurrences and self.is_noon:
            self._played.noon_fired += len(args[0])
        return await self._storage.run(fn, *args, **kwargs)

    async def read(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        done = await self._storage.read(fn, *args, **kwargs)
        if fn is what_is_due:
            into = self._played.due_at_noon_s if self.is_noon else self._played.due_s
            into.append(time.perf_counter() - began)
        return done


class Week:
    """The sampled offices' whole week, and of all offices the busiest minute."""

    def __init__(self, program: Program, clock: DeclaredClock, country: Country) -> None:
        self._program = program
        self._clock = clock
        self.played = Played()
        self._watched = _Watched(program, self.played)
        self._ticker = Ticker(self._watched, clock, wake=lambda: None)
        places = range(country.offices)
        self._sampled = [FIRST_OFFICE + p for p in places if country.is_sampled(p)]
        self._all = [FIRST_OFFICE + p for p in places]
        self._real_now = NOW
        self._numbers: Iterator[int] = itertools.count(1)

    async def play(self) -> Played:
        retained_at = NOW
        while self._clock.now() < NOW + WEEK:
            now = self._clock.now()
            self.played.fired += await self._ticker.sweep()
            await self._converse(self._sampled)
            if now - retained_at >= RETENTION_EVERY:
                retained_at = now
                await self._retain()
            upcoming = await self._program.storage.read(next_due_at)
            step = max(upcoming or now + STEP, now + STEP)
            if now < FRIDAY_NOON <= step:
                self._clock.advance_to(FRIDAY_NOON)
                await self._noon()
            else:
                self._clock.advance_to(min(step, now + RETENTION_EVERY))
        return self.played

    async def _noon(self) -> None:
        """Everybody's check-in falls due in this minute."""
        self._watched.is_noon = True
        began = time.perf_counter()
        await self._ticker.sweep()
        self.played.noon_took_s = time.perf_counter() - began
        self._watched.is_noon = False
        began = time.perf_counter()
        found = [claimed async for claimed in self._delivered(self._all)]
        self.played.noon_sent, self.played.noon_sending_s = len(found), time.perf_counter() - began

    async def _retain(self) -> None:
        """As the program does, until nothing is left that is past its time."""
        while True:
            began = time.perf_counter()
            pruned = await self._program.storage.run(drop_old_texts)
            self.played.retention_s.append(time.perf_counter() - began)
            self.played.pruned += pruned
            if not pruned:
                return

    async def _converse(self, offices: list[int]) -> None:
        """Send what may go, and let most people answer it, until nothing more comes of it."""
        for _ in range(20):
            found = [claimed async for claimed in self._delivered(offices)]
            self.played.sent += len(found)
            answered = [claimed for claimed in found if claimed.message.id % ANSWERS]
            if not any([await self._tap(claimed) for claimed in answered]):
                return

    async def _delivered(self, offices: list[int]) -> Any:
        storage = self._program.storage
        waiting = list(offices)
        while waiting:
            self._real_now += timedelta(seconds=5)
            for office_id in list(waiting):
                claims: list[Claimed] = await storage.run(
                    claim_messages, office_id, real_now=self._real_now, limit=CLAIM_AT_ONCE
                )
                if not claims:
                    waiting.remove(office_id)
                await asyncio.gather(
                    *(storage.run(message_sent, c.message.id, next(self._numbers)) for c in claims)
                )
                for claim in claims:
                    yield claim

    async def _tap(self, claimed: Claimed) -> bool:
        """The first button below the message, if it has one."""
        rows = load_body(claimed.message.body).buttons
        if not rows:
            return False
        button, now = rows[0][0], self._clock.now()
        event = ChatEvent(claimed.message.office_id, claimed.chat_id, "nb", at=now)
        began = time.perf_counter()
        await self._program.storage.run(
            _tapped,
            f"tap:{next(self._numbers)}",
            event,
            callback_data(button.question_id, button.option),
        )
        self.played.taps_s.append(time.perf_counter() - began)
        return True


def _tapped(uow: Any, cause: str, event: ChatEvent, data: str) -> None:
    uow.cause = cause
    incoming.button_tapped(uow, event, data)
