"""What the doctor looks at: each check gives one finding with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from bot.domain.errors import BadContent, BadSetting, RuleBroken, TettpaError

if TYPE_CHECKING:
    from bot.config import Settings

Ask = Callable[[Callable[[Any], Any], Any], Any]  # a question to the database, and a default
CLOCK_TOLERANCE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Finding:
    """`off` is something not set up, which may be meant."""

    check: str
    state: Literal["ok", "fault", "off"]
    text: str


def examine() -> Iterator[Finding]:
    """All checks in order, each told as soon as it is known."""
    from bot.config import load_settings

    try:
        settings = load_settings()
    except TettpaError as error:
        yield Finding("settings", "fault", str(error))
        return
    missing = _missing(settings)
    for fault in missing.values():
        yield Finding("settings", "fault", fault)
    if not missing:
        yield Finding("settings", "ok", "complete")
    database = _told("database", lambda: _database(settings))
    yield database
    can_read = database.state == "ok"
    if "secret_key" not in missing:
        keys = _told("keys", lambda: _keys(settings))
        yield keys
        can_read = can_read and keys.state == "ok"
    else:
        can_read = False
    # What is opened must be sound: opening would create a database that is not there.
    ask = partial(_read, settings) if can_read else _read_nothing
    yield from _clocks(settings, ask)
    if "telegram_token" not in missing:
        yield _told("telegram", lambda: _telegram(settings, ask))
    yield _told("content", lambda: _content(settings))
    yield _told("time zone", lambda: _time_zone(settings, ask))
    yield _told("mail", lambda: _mail(settings))


def _missing(settings: Settings) -> dict[str, str]:
    """What the program cannot do without, and the sentence about it."""
    from bot.config import require

    missing = {}
    for name in ("telegram_token", "secret_key"):
        try:
            require(settings, name)
        except TettpaError as error:
            missing[name] = str(error)
    return missing


def _told(check: str, look: Callable[[], str]) -> Finding:
    try:
        found = look()
    except TettpaError as error:
        return Finding(check, "fault", str(error).splitlines()[0])
    except Exception as error:  # one broken check must not hide the others
        return Finding(check, "fault", f"the check itself failed ({type(error).__name__})")
    return Finding(check, "ok", found)


def _database(settings: Settings) -> str:
    from bot.storage.engine import address_of, ensure_reachable, make_engine
    from bot.storage.revisions import current_revision, ensure_fits

    # Read-only: looking at a database that is not there must not create it.
    engine = make_engine(settings.database_url, read_only=True)
    try:
        ensure_reachable(engine)
        ensure_fits(engine)
        return f"{address_of(engine.url)}, schema {current_revision(engine)}"
    finally:
        engine.dispose()


def _keys(settings: Settings) -> str:
    from bot.storage.engine import address_of, make_engine
    from bot.storage.keys import KeyStore, derive_master_key, key_store_url

    url = key_store_url(settings.database_url)
    keys = KeyStore(
        make_engine(url, read_only=True), master_key=derive_master_key(settings.secret_key)
    )
    try:
        keys.check_master_key()
    finally:
        keys.close()
    return f"{address_of(url)} opens with TETTPA_SECRET_KEY; back it up apart from the database"


def _clocks(settings: Settings, ask: Ask) -> Iterator[Finding]:
    if settings.clock_url:
        yield _told("clock url", lambda: _clock_url(settings))
        return
    yield Finding("clock url", "off", "not set: the machine's clock counts")
    yield _told("clock", lambda: _clock(ask))


def _clock_url(settings: Settings) -> str:
    from bot.commands.opening import ask_clock

    return f"{settings.clock_url} says {ask_clock(settings.clock_url):%Y-%m-%d %H:%M:%S} UTC"


def _clock(ask: Ask) -> str:
    from bot.services.outage import highest_clock

    now = datetime.now(UTC)
    highest = ask(highest_clock, None)
    if highest is not None and highest > now + CLOCK_TOLERANCE:
        raise RuleBroken(
            f"The machine says {now:%Y-%m-%d %H:%M} UTC and has said {highest:%Y-%m-%d %H:%M} "
            "before, so nothing is sent: set the machine's clock right (NTP)."
        )
    return f"{now:%Y-%m-%d %H:%M:%S} UTC"


def _telegram(settings: Settings, ask: Ask) -> str:
    from bot.commands.telegram_name import ask_bot_name

    names = [ask_bot_name(settings, settings.telegram_token)]
    tokens = ask(lambda uow: [office.telegram_token for office in uow.offices.all()], [])
    names += [ask_bot_name(settings, token) for token in tokens if token]
    return f"{settings.telegram_api_url} knows {', '.join(f'@{name}' for name in names)}"


def _content(settings: Settings) -> str:
    from bot.commands.content import chosen_folder, findings_in

    folder = chosen_folder(settings, None)
    findings = findings_in(settings, folder)
    errors = sum(finding.is_error for finding in findings)
    if errors:
        raise BadContent(
            f"{folder} has {errors} error{'s' * (errors != 1)}: see `tettpa content check`."
        )
    return f"{folder}, {len(findings)} warning{'s' * (len(findings) != 1)}"


def _time_zone(settings: Settings, ask: Ask) -> str:
    from zoneinfo import ZoneInfo

    from bot.commands.opening import clock_of

    now = clock_of(settings).now().astimezone(ZoneInfo(settings.time_zone))
    zones = ask(lambda uow: {str(o.hours.get("time_zone")) for o in uow.offices.all()}, set())
    others = sorted(zone for zone in zones if zone != settings.time_zone)
    also = f"; offices of their own mind: {', '.join(others)}" if others else ""
    return f"{settings.time_zone}, where it is {now:%Y-%m-%d %H:%M}{also}"


def _mail(settings: Settings) -> str:
    from bot.commands.mail_server import greet

    if not settings.smtp_url:
        raise BadSetting(
            "TETTPA_SMTP_URL is not set, so staff get no notices and no case reaches anybody: "
            "write it like smtp+starttls://name:password@mail.example:587."
        )
    return greet(settings.smtp_url)


def _read(settings: Settings, question: Callable[[Any], Any], default: Any) -> Any:
    """Ask the database; a fault there has a line of its own."""
    from bot.app import open_program

    try:
        with open_program(settings, publish=False) as program:
            return program.storage.read_sync(question)
    except TettpaError:
        return default


def _read_nothing(_: Callable[[Any], Any], default: Any) -> Any:
    return default
