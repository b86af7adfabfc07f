"""Faults of the way in: updates that come twice, out of order, or not at all while the line is down."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.emulator.api_errors import Json
from bot.emulator.clock import WindableClock

DUPLICATE, OUT_OF_ORDER, OUTAGE = "duplicate", "out_of_order", "outage"
DELIVERY_KINDS = (DUPLICATE, OUT_OF_ORDER, OUTAGE)
EVERY = "every"


@dataclass
class DeliveryFault:
    """What happens to the next `times` updates or batches of a bot; None: to every one.

    An outage has no count: it lasts until `until` on the emulator's clock.
    """

    kind: str
    times: int | None = 1
    copies: int = 2
    until: datetime | None = None

    def view(self) -> Json:
        """Return the fault as the control shows it."""
        shape = asdict(self) | {"times": EVERY if self.times is None else self.times}
        shape["until"] = None if self.until is None else self.until.isoformat()
        return shape


class DeliveryFaults:
    """The faults on one bot's line."""

    def __init__(self, clock: WindableClock, random: Random) -> None:
        self._clock = clock
        self._random = random
        self.faults: list[DeliveryFault] = []

    def plant(self, wanted: Json) -> DeliveryFault:
        """Add a fault described as in the control's JSON. Raises ValueError."""
        kind, times = str(wanted["kind"]), wanted.get("times", 1)
        fault = DeliveryFault(kind, None if times == EVERY else int(times))
        if kind == DUPLICATE:
            fault.copies = int(wanted.get("copies", 2))
            if not 2 <= fault.copies <= 10:
                raise ValueError("copies are 2 to 10")
        elif kind == OUTAGE:
            seconds = timedelta(seconds=float(wanted["outage_seconds"]))
            fault.until = self._clock.now() + seconds
        self.faults.append(fault)
        return fault

    def is_out(self) -> bool:
        """Say whether the line is down; what expires meanwhile is gone."""
        now = self._clock.now()
        self.faults = [one for one in self.faults if one.until is None or one.until > now]
        return any(one.kind == OUTAGE for one in self.faults)

    def copies(self) -> int:
        """Return how often the next update comes, and count it off."""
        fault = self._take(DUPLICATE)
        return fault.copies if fault is not None else 1

    def ordered(self, batch: list[Any]) -> list[Any]:
        """Return a batch in the order in which it comes; one that is shuffled is counted off."""
        if len(batch) < 2 or self._take(OUT_OF_ORDER) is None:
            return batch
        shuffled = self._random.sample(batch, len(batch))
        return shuffled if shuffled != batch else batch[::-1]

    def _take(self, kind: str) -> DeliveryFault | None:
        for fault in self.faults:
            if fault.kind == kind:
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                return fault
        return None
