"""Codes to hand over: the link that carries one, its QR picture, and files only we may read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import DeliveryFailed, RuleBroken, TettpaError

if TYPE_CHECKING:
    from bot.app import Program
    from bot.domain.people import Office

QR_SCALE = 10  # pixels a module: readable from paper and from a screen


def bot_name_of(program: Program, office_id: int) -> str:
    """The name of the office's bot, asked of Telegram where need be; "" when unknown."""
    from dataclasses import replace

    from bot.commands.telegram_name import ask_bot_name
    from bot.services.offices import DEFAULT_OFFICE

    office: Office = program.storage.read_sync(lambda uow: uow.offices.get(office_id))
    from_settings = program.settings.telegram_token if office_id == DEFAULT_OFFICE else ""
    token = office.telegram_token or from_settings
    if office.bot_username or not token:
        return office.bot_username
    try:
        name = ask_bot_name(program.settings, token)
    except (DeliveryFailed, TettpaError):
        return ""  # the code works without the link; `tettpa doctor` says what is wrong
    program.storage.run_sync(
        lambda uow: uow.offices.save(replace(uow.offices.get(office_id), bot_username=name))
    )
    return name


def link_to(bot_name: str, code: str) -> str | None:
    """The deep link that opens the bot with the code; None while the bot's name is unknown."""
    return f"https://t.me/{bot_name}?start={code}" if bot_name else None


def ensure_picture_possible(picture: Path | None, bot_name: str) -> None:
    """Refuse before anything is stored. Raises RuleBroken."""
    if picture is None:
        return
    if not bot_name:
        raise RuleBroken(
            "The bot's name is not known yet, and a QR picture needs it: "
            "run `tettpa doctor` to see whether Telegram answers."
        )
    if picture.suffix.lower() != ".png":
        raise RuleBroken(f"The picture is a PNG: write --qr {picture.with_suffix('.png')}.")
    ensure_writable(picture)


def ensure_writable(path: Path) -> None:
    """Raises RuleBroken when there is no folder for the file."""
    if path.is_dir():
        raise RuleBroken(f"{path} is a folder: name a file in it.")
    if not path.absolute().parent.is_dir():
        raise RuleBroken(f"There is no folder {path.absolute().parent}: create it first.")


def write_picture(link: str, picture: Path) -> None:
    """Write the link as a QR code (PNG). Raises RuleBroken."""
    import io

    import segno

    png = io.BytesIO()
    segno.make_qr(link, error="m").save(png, kind="png", scale=QR_SCALE)
    write_private(picture, png.getvalue())


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only this account may read: it holds a code or a person's data."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o600)  # the file may have been there, open to all
            file.write(content)
    except OSError as error:
        raise RuleBroken(
            f"{path} cannot be written ({error.strerror}): choose another place."
        ) from None
