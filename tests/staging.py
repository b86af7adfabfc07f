"""Databases made ready for rehearsals: upgraded, with content published and the cast invited."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from bot.app import Program, open_program, upgrade_database
from bot.config import Settings, load_settings
from tests.builders import START, Cast, invite_the_cast

SECRET_KEY = "a secret key of the rehearsal"


class SettableClock:
    """Stands where the rehearsal has wound it."""

    is_declared = True

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        assert moment >= self._now, "the clock never goes back"
        self._now = moment


def settings_for(database_url: str, *, content_dir: Path | None = None) -> Settings:
    return load_settings(
        env_file=None, database_url=database_url, secret_key=SECRET_KEY, content_dir=content_dir
    )


def stage(database_url: str, *, at: datetime = START, content_dir: Path | None = None) -> Cast:
    """Make an empty database ready: upgraded, content published, the cast invited."""
    settings = settings_for(database_url, content_dir=content_dir)
    upgrade_database(settings)
    with open_program(settings, clock=SettableClock(at)) as program:
        cast: Cast = program.storage.run_sync(invite_the_cast)
        return cast


def opened_again(settings: Settings, clock: SettableClock) -> AbstractContextManager[Program]:
    """The program on a database that `stage` made ready."""
    return open_program(settings, clock=clock, publish=False)
