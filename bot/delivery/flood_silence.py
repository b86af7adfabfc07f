"""How long Telegram wants to hear nothing from a bot, whatever the machine's clock does meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

# A clock that is steered by so little was not set.
STEERED = timedelta(seconds=2)


class FloodSilence:
    """Moments are the machine's time. A clock set back begins the wait anew, and no more than that."""

    def __init__(self) -> None:
        self._until: datetime | None = None
        self._wait = timedelta(0)

    def resume(self, until: datetime | None, *, now: datetime) -> None:
        """Go on with what a former sender was told."""
        self._until = until
        self._wait = until - now if until is not None else timedelta(0)

    def begin(self, wait: timedelta, *, now: datetime) -> tuple[datetime, timedelta]:
        """Telegram said so. Until when the bot is silent now, and how long that is."""
        if self.lasts(now) and self._until is not None and self._until - now > wait:
            wait = self._until - now
        self._until, self._wait = now + wait, wait
        return self._until, wait

    def lasts(self, now: datetime) -> bool:
        if self._until is None:
            return False
        if self._until > now + self._wait + STEERED:
            self._until = now + self._wait
        if now < self._until:
            return True
        self._until = None
        return False
