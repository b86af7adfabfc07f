"""Databases made ready for rehearsals: upgraded, with content published and the cast invited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from bot.app import Program, open_program, upgrade_database
from bot.config import Settings, load_settings
from bot.content.loading import load_stored
from bot.content.pack import Pack
from tests.builders import START, Cast, invite_the_cast

SECRET_KEY = "a secret key of the rehearsal"
_packs: dict[frozenset[tuple[str, str]], Pack] = {}


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


@contextmanager
def opened_again(settings: Settings, clock: SettableClock) -> Iterator[Program]:
    # Reading the same pack anew for every test would take longer than the tests.
    with patch("bot.app.load_stored", _read_once):
        opening = open_program(settings, clock=clock, publish=False)
        program = opening.__enter__()
    try:
        yield program
    finally:
        opening.__exit__(None, None, None)


def _read_once(files: Mapping[str, str]) -> Pack:
    known = frozenset(files.items())
    if known not in _packs:
        _packs[known] = load_stored(files)
    return _packs[known]
