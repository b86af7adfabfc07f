"""How staff can be told of something: what the running program says of itself, for the services."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.ports import UnitOfWork

NAME = "staff_channels"


@dataclass(frozen=True, slots=True)
class StaffChannels:
    """Whether mail leaves at all, and where the console is ("" before the program ever ran)."""

    has_mail: bool = True
    console_url: str = ""


def note_staff_channels(uow: UnitOfWork, *, has_mail: bool, console_url: str) -> None:
    """Keep what the settings say: services see no settings."""
    uow.program_state.write(NAME, {"has_mail": has_mail, "console_url": console_url})


def staff_channels(uow: UnitOfWork) -> StaffChannels:
    noted = uow.program_state.read(NAME)
    if not isinstance(noted, dict):
        return StaffChannels()
    return StaffChannels(bool(noted["has_mail"]), str(noted["console_url"]))
