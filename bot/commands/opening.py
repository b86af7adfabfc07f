"""Opens the program for one command: settings, the clock that counts, the database, content."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.app import Program
    from bot.config import Settings
    from bot.scheduling.clock import Clock
    from bot.services.ports import UnitOfWork

CLOCK_SECONDS = 3


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Program]:
    """Open the program; a command never publishes edited files by the way, that is `run`'s matter.

    Offices that have no content at all get the files' pack, so that the first commands on a new
    database work before the program ever ran.

    Raises:
        BadSetting, StorageUnavailable, BadContent: One sentence each.
    """
    from bot.app import open_program
    from bot.config import load_settings

    settings = settings or load_settings()
    with open_program(settings, clock=clock_of(settings), publish=False) as program:
        if program.storage.read_sync(_offices_without_content):
            _publish_first(program)
        yield program


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or the moment that CLOCK_URL tells now. Raises BadSetting."""
    from bot.scheduling.clock import DeclaredClock, MachineClock

    return DeclaredClock(ask_clock(settings.clock_url)) if settings.clock_url else MachineClock()


def ask_clock(url: str) -> datetime:
    """Ask GET → {"now": "…Z"}. Raises BadSetting."""
    import httpx

    from bot.domain.errors import BadSetting

    try:
        # No proxies: the clock of a rehearsal is on this machine or in this network.
        answer = httpx.get(url, timeout=CLOCK_SECONDS, trust_env=False)
        answer.raise_for_status()
        now = _aware(str(answer.json()["now"]))
    except httpx.HTTPStatusError as error:
        trouble = f"{url} answers {error.response.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        trouble = f"{url} does not answer ({type(error).__name__})"
    except (ValueError, KeyError, TypeError):
        trouble = f'{url} does not tell the time as {{"now": "2026-12-01T10:00:00Z"}}'
    else:
        return now.astimezone(UTC)
    raise BadSetting(
        f"TETTPA_CLOCK_URL: {trouble}; start the emulator there, or take the setting away."
    )


def _aware(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    if moment.utcoffset() is None:
        raise ValueError("a moment without a zone")
    return moment


def _offices_without_content(uow: UnitOfWork) -> list[int]:
    return [office.id for office in uow.offices.all() if office.content_version_id is None]


def _publish_first(program: Program) -> None:
    from bot.app import load_content
    from bot.services.publishing import publish_content

    pack = load_content(program.settings)

    def publish(uow: UnitOfWork) -> None:
        for office_id in _offices_without_content(uow):
            publish_content(uow, office_id, digest=pack.digest, files=pack.files, by="files")

    program.storage.run_sync(publish)
