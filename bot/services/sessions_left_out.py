"""Sessions of which something seemed to be past when it was planned, while the clock was not plausible."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from bot.domain.errors import NotFound
from bot.domain.planning import ProgrammeSession
from bot.services.outage import clock_is_plausible
from bot.services.ports import UnitOfWork

LEFT_OUT = "sessions_left_out"


def note_left_out(uow: UnitOfWork, gathering: ProgrammeSession) -> None:
    """Have the session looked at again once the clock is right, if it is not right now."""
    if clock_is_plausible(uow):
        return
    noted = _noted(uow)
    if gathering.id not in noted:
        uow.program_state.write(LEFT_OUT, [*noted, gathering.id])


def take_left_out(uow: UnitOfWork) -> Sequence[ProgrammeSession]:
    """Those to look at now, in the order in which they were noted; they are noted no longer."""
    noted = _noted(uow)
    if noted:
        uow.program_state.write(LEFT_OUT, [])
    found = []
    for session_id in noted:
        with suppress(NotFound):  # an appointment of somebody who was erased meanwhile
            found.append(uow.programme_sessions.get(session_id))
    return found


def _noted(uow: UnitOfWork) -> list[int]:
    stored = uow.program_state.read(LEFT_OUT)
    return [int(number) for number in stored] if isinstance(stored, list) else []
