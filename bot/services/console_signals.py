"""What a signal was about, as a code that the console has words for."""

from __future__ import annotations

from bot.domain.errors import NotFound
from bot.services.ports import UnitOfWork

# First part of a signal's source -> code, where the source alone tells.
_BY_PREFIX = {
    "help": "help_pressed",
    "call_me": "call_me_session",
    "never_started": "never_started",
    "no_sign_of_life": "no_sign_of_life",
    "blocked": "blocked",
    "deactivated": "deactivated",
    "not_found": "chat_not_found",
    "run": "call_me_check_in",
}


def signal_code(uow: UnitOfWork, source: str, reason: str) -> str:
    """Return the code of the signal with this unique source; the reason's own when it is unknown."""
    first, *rest = source.split(":")
    if first == "expectation" and rest and rest[0].isdigit():
        try:
            return f"{uow.expectations.get(int(rest[0])).kind}_missed"
        except NotFound:
            return reason
    if first == "missed_session":
        return "help_after_missed" if rest[-1:] == ["help"] else "sessions_missed"
    return _BY_PREFIX.get(first, reason)
