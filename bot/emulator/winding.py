"""Winding the clock step by step, so that everything due is played at its own instant."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx

from bot.emulator.clock import ClockRefused, WindableClock, iso, parse_instant
from bot.emulator.records import Json

PLAY_WITHIN_SECONDS = 20.0
POLL_EVERY_SECONDS = 0.03
MOST_STEPS = 20_000
MOST_REPEATS = 50


@dataclass(frozen=True)
class Rehearsal:
    """How far the application has played."""

    played_until: datetime
    next_due_at: datetime | None
    idle: bool


class AlreadyWinding(Exception):
    """One wind at a time."""


class Winder:
    """Sets the clock forward, stopping at every instant the application has something due."""

    def __init__(
        self, clock: WindableClock, app_url: str | None, on_change: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._app_url = app_url.rstrip("/") if app_url else None
        self._on_change = on_change
        self._http = httpx.AsyncClient(timeout=10.0, trust_env=False)
        self.target: datetime | None = None
        self.started_from: datetime | None = None
        self.steps = 0

    async def close(self) -> None:
        """Let go of the connection to the application."""
        await self._http.aclose()

    def progress(self) -> Json:
        """Return what the page shows while the clock is being wound."""
        return {
            "winding": self.target is not None,
            "target": iso(self.target) if self.target else None,
            "started_from": iso(self.started_from) if self.started_from else None,
            "steps": self.steps,
        }

    async def ask(self) -> Rehearsal | None:
        """Ask the application how far it is; None when there is none or it does not answer."""
        if self._app_url is None:
            return None
        try:
            reply = await self._http.get(f"{self._app_url}/rehearsal")
            reply.raise_for_status()
            body = reply.json()
            due = body.get("next_due_at")
            return Rehearsal(
                parse_instant(body["played_until"]),
                parse_instant(due) if due else None,
                bool(body.get("idle", True)),
            )
        except (httpx.HTTPError, ClockRefused, ValueError, KeyError, TypeError, AttributeError):
            return None

    def begin(self, target: datetime) -> None:
        """Claim the one wind there may be; `run` ends it."""
        if self.target is not None:
            raise AlreadyWinding("the clock is being wound already")
        if target < self._clock.now():
            raise ClockRefused("the clock never goes back; say force to do it all the same")
        self.target, self.started_from, self.steps = target, self._clock.now(), 0
        self._on_change()

    async def run(self) -> None:
        """Wind to the target claimed by `begin`."""
        target = self.target
        if target is None:
            return
        try:
            await self._play_until(target)
            self._forward(target)
            await self._settled(target)
        finally:
            self.target = self.started_from = None
            self._on_change()

    async def next_due(self) -> datetime | None:
        """Return the next instant something is due, once the application is at rest."""
        state = await self._at_rest()
        return state.next_due_at if state else None

    async def _play_until(self, target: datetime) -> None:
        last_due: datetime | None = None
        repeats = 0
        while self.steps < MOST_STEPS:
            state = await self._at_rest()
            if state is None or state.next_due_at is None or state.next_due_at > target:
                return
            # One instant may bring forth more for the same instant, but not for ever.
            repeats = repeats + 1 if state.next_due_at == last_due else 0
            if repeats:
                await asyncio.sleep(POLL_EVERY_SECONDS)
            last_due = state.next_due_at
            self._forward(state.next_due_at)
            self.steps += 1
            self._on_change()
            settled = await self._settled(state.next_due_at)
            if repeats >= MOST_REPEATS or (repeats and not settled):
                return

    def _forward(self, instant: datetime) -> None:
        if instant > self._clock.now():
            self._clock.set_to(instant)
            self._on_change()

    async def _at_rest(self) -> Rehearsal | None:
        return await self._until(lambda state: state.idle)

    async def _settled(self, instant: datetime) -> bool:
        def good(state: Rehearsal) -> bool:
            return state.idle and state.played_until >= instant

        state = await self._until(good)
        return state is not None and good(state)

    async def _until(self, good: Callable[[Rehearsal], bool]) -> Rehearsal | None:
        """Ask again and again until the answer is good; go on after 20 real seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PLAY_WITHIN_SECONDS
        while True:
            state = await self.ask()
            if state is None or good(state) or loop.time() >= deadline:
                return state
            await asyncio.sleep(POLL_EVERY_SECONDS)
