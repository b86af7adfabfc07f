"""One running program at a time: a second one stands by and takes over when the first is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.ports import UnitOfWork

LEASE = timedelta(seconds=12)
NAME = "runner_lease"


def hold_lease(uow: UnitOfWork, holder: str, *, real_now: datetime) -> bool:
    """Take or renew the lease; False while somebody else holds it. `real_now` is the machine's time."""
    held = uow.program_state.read(NAME)
    if isinstance(held, dict) and held["holder"] != holder:
        # A clock set back must not lock everybody out for ever.
        until = datetime.fromisoformat(held["until"])
        if real_now < until < real_now + 2 * LEASE:
            return False
    until = real_now + LEASE
    uow.program_state.write(NAME, {"holder": holder, "until": until.isoformat()})
    return True


def give_up_lease(uow: UnitOfWork, holder: str) -> None:
    held = uow.program_state.read(NAME)
    if isinstance(held, dict) and held["holder"] == holder:
        uow.program_state.write(NAME, {"holder": "", "until": uow.now.isoformat()})
