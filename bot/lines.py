"""Makes each office's line to Telegram, and its way in for the webhook, from the settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial

import structlog

from bot.app import Program
from bot.config import Settings
from bot.delivery.inbound import Inbound
from bot.delivery.line import Commands, Line
from bot.delivery.outbox_watch import SENDERS_IDLE_S
from bot.delivery.poller import Poller
from bot.delivery.sender import Sender
from bot.delivery.telegram_bots import TelegramBot
from bot.delivery.webhook import WebhookDoor, webhook_address, webhook_doors
from bot.domain.errors import TextFailed
from bot.duties import Duties, send_of
from bot.roles import Role
from bot.services.offices import DEFAULT_OFFICE
from bot.services.ports import UnitOfWork

log = structlog.get_logger(__name__)

# Commands by language and the label each opens (bot/services/menu.py): one set of words for both.
COMMANDS: Commands = {
    "nb": (
        ("uke", "menu.week"),
        ("kurs", "menu.course"),
        ("hjelp", "menu.help"),
        ("pause", "menu.pause"),
        ("meny", "button.show_menu"),
    ),
    "nn": (
        ("veke", "menu.week"),
        ("kurs", "menu.course"),
        ("hjelp", "menu.help"),
        ("pause", "menu.pause"),
        ("meny", "button.show_menu"),
    ),
    "en": (
        ("week", "menu.week"),
        ("course", "menu.course"),
        ("help", "menu.help"),
        ("pause", "menu.pause"),
        ("menu", "button.show_menu"),
    ),
}


def bot_tokens(uow: UnitOfWork, default_token: str) -> dict[int, str]:
    """Bot tokens by office: the settings' for the default office, the stored ones for others."""
    found = {o.id: o.telegram_token for o in uow.offices.all() if o.telegram_token}
    return found | {DEFAULT_OFFICE: default_token}


def doors_of(settings: Settings, offices: Iterable[int]) -> dict[int, WebhookDoor]:
    return webhook_doors(
        offices,
        base=settings.webhook_secret or settings.secret_key,
        address_is_enough=not settings.talks_to_telegram,
    )


def make_line(
    program: Program,
    inbound: Inbound,
    office_id: int,
    token: str,
    telegram_bot: TelegramBot,
    *,
    role: Role,
    duties: Duties,
) -> Line:
    """The line of one office with the parts that this process's role asks for, not yet connected."""
    settings, storage = program.settings, program.storage
    poller, webhook, sender = None, None, None
    if role.ingests and settings.telegram_mode == "webhook":
        door = doors_of(settings, [office_id])[office_id]
        webhook = (webhook_address(settings.webhook_url, office_id, door), door.header)
    elif role.ingests:
        poller = Poller(
            token,
            api_url=settings.telegram_api_url,
            store=inbound.for_office(office_id),
            on_conflict=lambda: inbound.tell_conflict(office_id),
            on_gap=partial(inbound.gap_seen, office_id),
            # A clock that is wound leaps over hours in which nobody was away.
            on_polled=None if program.clock.is_declared else _polled(inbound, office_id),
        )
    if role.works:
        sender = Sender(
            office_id,
            telegram_bot,
            storage,
            rate=settings.send_rate,
            on_token_refused=lambda: log.error("token_refused", office=office_id),
            guards_clock=not program.clock.is_declared,
            is_ours=lambda: duties.is_held(send_of(office_id)),
            idle_s=SENDERS_IDLE_S,
        )
    return Line(
        telegram_bot,
        poller=poller,
        sender=sender,
        webhook=webhook,
        on_connected=lambda username: storage.run(_note_username, office_id, username),
        commands=lambda: storage.read(described_commands, office_id),
    )


def _polled(inbound: Inbound, office_id: int) -> Callable[[bool], Awaitable[None]]:
    async def polled(is_first: bool) -> None:
        await inbound.polled(office_id, is_first=is_first)

    return polled


def described_commands(uow: UnitOfWork, office_id: int) -> Commands:
    """The commands in the words of the office's own menu."""
    pack = uow.pack(office_id)
    found: dict[str, list[tuple[str, str]]] = {}
    for language, commands in COMMANDS.items():
        found[language] = []
        for name, key in commands:
            with suppress(TextFailed):  # content of an earlier release lacks a label: one less
                found[language].append((name, pack.label(key, language)))
    return found


def _note_username(uow: UnitOfWork, office_id: int, username: str) -> None:
    office = uow.offices.get(office_id)
    if office.bot_username != username:
        uow.offices.save(replace(office, bot_username=username))
