"""The clock of a rehearsal: it runs, may be wound forward, and never goes back."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from zoneinfo import ZoneInfo


class ClockRefused(Exception):
    """The clock was asked for something it does not do; the text may be shown."""


def iso(instant: datetime) -> str:
    """Write an aware instant the way every answer of the emulator does: UTC with a Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant; without a zone it is refused, for nobody knows what it means."""
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise ClockRefused(f"not an ISO 8601 instant: {text!r}") from error
    if instant.tzinfo is None:
        raise ClockRefused(f"the instant needs a zone, for example {text}Z")
    return instant.astimezone(UTC)


class WindableClock:
    """An instant that runs at `speed` times real time and may be set forward."""

    def __init__(
        self,
        now: datetime | None = None,
        *,
        speed: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._anchor = (now or datetime.now(UTC)).astimezone(UTC)
        self._anchor_mono = monotonic()
        self._speed = speed

    @property
    def speed(self) -> float:
        """Return how many seconds pass here in one real second; 0 stands still."""
        return self._speed

    def now(self) -> datetime:
        """Return the present instant of the rehearsal, aware, in UTC."""
        elapsed = (self._monotonic() - self._anchor_mono) * self._speed
        return self._anchor + timedelta(seconds=elapsed)

    def set_speed(self, speed: float) -> None:
        """Go on from the present instant at another speed."""
        if speed < 0:
            raise ClockRefused("the speed cannot be negative")
        self._anchor, self._anchor_mono = self.now(), self._monotonic()
        self._speed = speed

    def set_to(self, instant: datetime, *, force: bool = False) -> None:
        """Set the clock to an aware instant; going back needs `force`."""
        if instant < self.now() and not force:
            raise ClockRefused("the clock never goes back; say force to do it all the same")
        self._anchor, self._anchor_mono = instant.astimezone(UTC), self._monotonic()


def local_target(now: datetime, *, at: str, days: int, zone: str) -> datetime:
    """Return the instant of wall clock `at` (HH:MM), `days` local days after `now`.

    With no days it is the next such moment: today when still ahead, otherwise tomorrow.
    """
    try:
        wall, where = wall_time.fromisoformat(at), ZoneInfo(zone)
    except (ValueError, KeyError, OSError) as error:
        raise ClockRefused(f"not a local time and zone: {at!r}, {zone!r}") from error
    today: date = now.astimezone(where).date()

    def on(day: date) -> datetime:
        return datetime.combine(day, wall, tzinfo=where).astimezone(UTC)

    if days <= 0 and on(today) <= now:
        return on(today + timedelta(days=1))
    return on(today + timedelta(days=max(days, 0)))
