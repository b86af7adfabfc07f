"""Loads a whole country into an empty database; how many rows of each table it took."""

from __future__ import annotations

from collections import Counter

import orjson

from benchmarks.bulk import ahead, history, people
from benchmarks.bulk.filling import filling
from benchmarks.bulk.shape import NOW, Country
from bot.app import load_content, open_program, upgrade_database
from bot.config import Settings
from bot.services.outage import note_alive
from bot.services.sweep import note_staffing_swept


class StandingClock:
    """Stands where it is put."""

    is_declared = True

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> object:
        return self.moment


def load_country(settings: Settings, country: Country) -> Counter[str]:
    """The database must not be there yet (SQLite) or be empty (PostgreSQL)."""
    upgrade_database(settings)
    with open_program(settings, clock=StandingClock()) as program:  # type: ignore[arg-type]
        if not country.is_at_rest:
            program.storage.run_sync(note_alive)
            program.storage.run_sync(note_staffing_swept, program.clock.now())
    pack = load_content(settings)
    files = orjson.dumps(dict(pack.files), option=orjson.OPT_SORT_KEYS).decode()
    with filling(settings.database_url) as filler:
        for part in (people, history, ahead):
            part.declare(filler)
        keys, cases = people.Keys(filler, settings.secret_key), ahead.Cases(filler, country)
        for place in range(country.offices):
            for person in people.fill_office(filler, country, keys, place, pack.digest, files):
                history.Past(filler, country, person).fill()
                if not country.is_at_rest:
                    ahead.Ahead(filler, country, person).fill()
                cases.fill(person)
    return filler.counts
