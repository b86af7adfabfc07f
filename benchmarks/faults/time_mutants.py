"""Deliberate mistakes of clocks, of what is due and of outages; see mutants.py, which names them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any


def timers_in_memory() -> None:
    ticker: Any = import_module("bot.scheduling.ticker")
    what_is_due, began = ticker.what_is_due, list[datetime]()

    def careless(uow: Any) -> Any:
        began.append(uow.now)
        due = what_is_due(uow)
        known = (n for n in due.occurrences if uow.occurrences.get(n).due_at >= began[0])
        return replace(due, occurrences=tuple(known))

    ticker.what_is_due = careless


def pile_after_an_outage() -> None:
    outage: Any = import_module("bot.services.outage")

    def careless(*_: Any) -> None:
        return None

    outage._thin_out = careless


def believe_every_clock() -> None:
    from bot.scheduling.clock_guard import ClockGuard, ClockState

    def careless(*_: Any) -> ClockState:
        return ClockState.TRUSTED

    ClockGuard.judge = careless  # type: ignore[assignment,method-assign]


def due_is_after() -> None:
    """What is due at this very moment waits for the next look."""
    from bot.storage.repositories.planning import Occurrences

    due = Occurrences.due

    def careless(self: Occurrences, now: datetime, **more: Any) -> Any:
        return due(self, now - timedelta(microseconds=1), **more)

    Occurrences.due = careless  # type: ignore[method-assign]


def gap_unseen() -> None:
    """Nobody looks back at minutes in which Telegram gave us nothing."""
    poller: Any = import_module("bot.delivery.poller")
    poller.GAP_S = 10.0**9


def skipped_is_the_last() -> None:
    """After a check-in that an outage left out none is planned any more."""
    outage: Any = import_module("bot.services.outage")

    def careless(*_: Any) -> None:
        return None

    outage.plan_next_check_in = careless


def sweep_unseen() -> None:
    """The outside watch hears that all is well though nothing is swept."""
    from bot.health import Health

    Health._sweep_is_fresh = True  # type: ignore[assignment,method-assign]


def cases_stay_ahead() -> None:
    """What a wrong clock planned for cases is not planned anew."""
    mending: Any = import_module("bot.services.clock_mending")

    def careless(*_: Any) -> int:
        return 0

    mending._mend_cases = careless


def absences_unseen() -> None:
    """Who went away before the start is looked for by nobody."""
    sweep: Any = import_module("bot.services.sweep")
    sweep._staffing_swept_at = lambda uow: uow.now


def leaves_at_night() -> None:
    """What had not left when the program went away goes when it comes back, whatever the hour."""
    outage: Any = import_module("bot.services.outage")
    outage._let_nothing_leave_at_night = lambda *_: None
