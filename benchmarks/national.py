"""Benchmark 8: a week of a national installation, over tables as large as a year makes them.

The country is 450 offices with 45,000 participants and 3,000 caseworkers; by default a tenth of it is
loaded, with --full all of it. Every ninth office lives through its whole week; at Friday noon, the
busiest minute, everybody's check-in falls due. The installation of one large office (500 people) with
its own year is played beside it: what costs more in the country than there grows with the size.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

import psycopg

from benchmarks.bulk.country import load_country
from benchmarks.bulk.desks import audit_times, measurement_times, page_times
from benchmarks.bulk.played import Played, Week
from benchmarks.bulk.shape import NATIONAL, NOW, ONE_OFFICE, TENTH, Country
from benchmarks.grounds import DURABLE
from benchmarks.how import How
from benchmarks.table import SQLITE, Line, median
from bot.app import open_program, upgrade_database
from bot.config import Settings, load_settings
from bot.metrics import MEASURED_WITHIN_S
from bot.scheduling.clock import DeclaredClock
from tests import databases

SECRET_KEY = "a sample secret key of the benchmark"
KEPT = Country(offices=1, prunes=False)
AT_ONCE = 2  # loads beside one another
ONE = "one large office's installation"


@dataclass(frozen=True, slots=True)
class Loaded:
    rows: int
    size_bytes: int  # more than an empty database has

    def bytes_per_participant(self, country: Country) -> float:
        return self.size_bytes / country.participants


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one loaded installation; milliseconds."""

    played: Played
    pages: dict[str, float]
    audit_ms: float
    measuring_ms: float


def measure(how: How) -> list[Line]:
    country = NATIONAL if how.is_full else TENTH
    lines: list[Line] = []
    with _places(how) as places:
        wanted = [(place, c) for c in (country, ONE_OFFICE, KEPT) for place in places]
        addresses = {asked: places[asked[0]]() for asked in wanted}
        with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as loaders:
            loading = {
                asked: loaders.submit(load, address, asked[1])
                for asked, address in addresses.items()
            }
            loaded = {asked: done.result() for asked, done in loading.items()}
        for place in places:
            beside = figures(addresses[place, ONE_OFFICE], ONE_OFFICE)
            found = figures(addresses[place, country], country)
            lines += _sizes(place, country, loaded)
            lines += _times(place, found, beside)
    return lines


def load(address: str, country: Country) -> Loaded:
    settings = _settings(address)
    upgrade_database(settings)
    empty = _size(address)
    rows = sum(load_country(settings, country).values())
    return Loaded(rows, _size(address) - empty)


def figures(address: str, country: Country) -> Figures:
    """Look at it, then play its week."""
    clock = DeclaredClock(NOW)
    with open_program(_settings(address), clock=clock) as program:
        pages = page_times(program)
        audits, measurings = audit_times(program), measurement_times(program)
        played = asyncio.run(Week(program, clock, country).play())
    return Figures(played, pages, median(audits) * 1e3, median(measurings) * 1e3)


def _sizes(place: str, country: Country, loaded: dict[tuple[str, Country], Loaded]) -> list[Line]:
    ours, one, kept = (loaded[place, c] for c in (country, ONE_OFFICE, KEPT))
    return [
        Line("8 rows in the database", place, ours.rows, "rows", ONE, one.rows),
        Line(
            "8 disk for a participant's year, pruned",
            place,
            ours.bytes_per_participant(country) / 1e3,
            "kB",
            "every text kept",
            kept.bytes_per_participant(KEPT) / 1e3,
            less_is_better=True,
        ),
    ]


def _times(place: str, found: Figures, beside: Figures) -> list[Line]:
    ours, theirs = found.played, beside.played
    heaviest = max(found.pages, key=lambda page: found.pages[page])

    def line(name: str, value_s: float, baseline_s: float, baseline: str = ONE) -> Line:
        return Line(
            f"8 {name}", place, value_s * 1e3, "ms", baseline, baseline_s * 1e3, less_is_better=True
        )

    return [
        line(
            "finding what is due, busiest minute",
            median(ours.due_at_noon_s),
            median(theirs.due_at_noon_s),
        ),
        line(
            "finding what is due, worst of the week",
            max(ours.due_at_noon_s + ours.due_s),
            max(theirs.due_at_noon_s + theirs.due_s),
        ),
        line("firing one, busiest minute", ours.firing_each_s, theirs.firing_each_s),
        line("sending one, busiest minute", ours.sending_each_s, theirs.sending_each_s),
        line("handling an answer, median", median(ours.taps_s), median(theirs.taps_s)),
        line("dropping one old text", ours.dropping_each_s, theirs.dropping_each_s),
        line("dropping old texts, longest unit", max(ours.retention_s), 0.5, "the aim: 500 ms"),
        line("heaviest console page", found.pages[heaviest], beside.pages[heaviest]),
        line("the audit", found.audit_ms / 1e3, 0.1, "the aim: 100 ms"),
        line(
            "measuring for /metrics",
            found.measuring_ms / 1e3,
            MEASURED_WITHIN_S,
            f"its time limit: {MEASURED_WITHIN_S:.0f} s",
        ),
    ]


def _settings(address: str) -> Settings:
    return load_settings(env_file=None, database_url=address, secret_key=SECRET_KEY)


def _size(address: str) -> int:
    if address.startswith("sqlite"):
        folder = Path(address.removeprefix("sqlite:///")).parent
        return sum(file.stat().st_size for file in folder.iterdir())
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def _places(how: How) -> Iterator[dict[str, Callable[[], str]]]:
    """By kind of database, what makes a new empty one and gives its address."""
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="tettpa-bench-")))
        found: dict[str, Callable[[], str]] = {}
        for database in how.databases:
            if database == SQLITE:
                found[database] = partial(_new_folder, folder)
                continue
            with patch.dict(databases.SETTINGS, DURABLE):
                server = databases.PostgresqlServer()
            closing.callback(server.stop)
            found[database] = server.fresh_database
        yield found


def _new_folder(folder: Path) -> str:
    return f"sqlite:///{tempfile.mkdtemp(dir=folder)}/tettpa.db"
