"""Telegram's sending limits, enforced only when the control switches them on."""

import math
import time
from collections import deque
from collections.abc import Callable

from bot.emulator.api_errors import too_many_requests


class _Window:
    """At most `most` events in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.seconds = seconds
        self.times: deque[float] = deque()

    def wait(self, now: float) -> float:
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        if len(self.times) < self.most:
            return 0.0
        return self.times[0] + self.seconds - now


class SendLimits:
    """Counts sent messages per bot and per chat on the monotonic clock."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self.enforced = False
        self.per_bot_per_second = 30
        self.private_burst = 3
        self.private_burst_seconds = 3.0
        self.per_group_per_minute = 20
        self._windows: dict[tuple[int, int | None], _Window] = {}

    def forget(self) -> None:
        """Start counting anew."""
        self._windows.clear()

    def check(self, bot_id: int, chat_id: int) -> None:
        """Count one message, or raise the 429 that says how long to wait."""
        if not self.enforced:
            return
        now = self._monotonic()
        per_bot = self._window((bot_id, None), self.per_bot_per_second, 1.0)
        if chat_id > 0:
            per_chat = self._window(
                (bot_id, chat_id), self.private_burst, self.private_burst_seconds
            )
        else:
            per_chat = self._window((bot_id, chat_id), self.per_group_per_minute, 60.0)
        wait = max(per_bot.wait(now), per_chat.wait(now))
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        per_bot.times.append(now)
        per_chat.times.append(now)

    def _window(self, key: tuple[int, int | None], most: int, seconds: float) -> _Window:
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = _Window(most, seconds)
        window.most, window.seconds = most, seconds
        return window
