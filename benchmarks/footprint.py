"""Benchmark 7: what the program needs before anything happens: memory at rest, and time to start."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from benchmarks.bulk.country import load_country
from benchmarks.bulk.shape import Country
from benchmarks.first_poll import SECRET_KEY, Start, start_once, tettpa
from benchmarks.grounds import DURABLE
from benchmarks.how import How
from benchmarks.table import NO_DATABASE, SQLITE, Line, median
from bot.config import load_settings
from tests import databases

STARTS, HELPS = 5, 7
NATIONAL_STARTS = 3
# People and what they were told last week; nothing falls due while the program is looked at.
COUNTRY = Country(
    offices=450,
    participants_per_office=112,
    caseworkers=3000,
    weeks=1,
    is_at_rest=True,
    has_bots=True,
)
BOTS = COUNTRY.offices + 1  # the default office has one too
MB = 1e6


def measure(how: How) -> list[Line]:
    helps = [tettpa("sqlite:///unused.db", "--help") for _ in range(HELPS)]
    lines = [_time("tettpa --help", NO_DATABASE, helps, aim_s=0.4)]
    for database in how.databases:
        with _new_database(database) as (address, folder):
            tettpa(address, "db", "upgrade")
            starts = [start_once(address, folder) for _ in range(STARTS)]
        lines += _of("", database, starts)
        with _new_database(database) as (address, folder):
            settings = load_settings(env_file=None, database_url=address, secret_key=SECRET_KEY)
            load_country(settings, COUNTRY)
            starts = [start_once(address, folder, bots=BOTS) for _ in range(NATIONAL_STARTS)]
        lines += _of(f", national: {COUNTRY.participants:,} people, {BOTS} bots", database, starts)
    return lines


def _of(what: str, database: str, starts: Sequence[Start]) -> list[Line]:
    at_rest = median([start.at_rest_bytes for start in starts]) / MB
    return [
        _time(f"start to first poll{what}", database, [s.first_poll_s for s in starts], aim_s=1.5),
        Line(
            f"7 memory at rest{what}",
            database,
            at_rest,
            "MB",
            "the aim: 120 MB",
            120,
            less_is_better=True,
        ),
    ]


def _time(name: str, database: str, seconds: Sequence[float], *, aim_s: float) -> Line:
    aim = f"the aim: {aim_s} s"
    return Line(f"7 {name}", database, median(seconds), "s", aim, aim_s, less_is_better=True)


@contextmanager
def _new_database(database: str) -> Iterator[tuple[str, Path]]:
    """The address of an empty one, and a folder for what the program writes."""
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="tettpa-bench-")))
        if database == SQLITE:
            yield f"sqlite:///{folder / 'tettpa.db'}", folder
            return
        with patch.dict(databases.SETTINGS, DURABLE):
            server = databases.PostgresqlServer()
        closing.callback(server.stop)
        yield server.fresh_database(), folder
