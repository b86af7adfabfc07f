"""How long an upgrade holds a writer up: `python -m benchmarks.upgrading --rows 200000`."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, func, insert, select, update

from bot.storage.engine import make_engine
from bot.storage.keys import derive_master_key
from bot.storage.migrate import upgrade
from bot.storage.revisions import head_revision
from bot.storage.threads import StorageThreads
from tests.databases import PostgresqlServer
from tests.migrations.sample_rows import fill, reflect, row_of

MASTER_KEY = derive_master_key("a secret key for measuring only")
LARGE = ("inbox", "outbox")
WRITERS = 2
AT_ONCE = 5_000
CALM_S, AFTER_S = 5.0, 1.0


class Writers:
    """Programs of the release before: each in turn adds a row and changes it, and notes how long."""

    def __init__(self, url: str, tables: MetaData, first: int) -> None:
        self._storage = StorageThreads.open(url, make_unit=lambda connection: connection)
        self._tables = [tables.tables[name] for name in LARGE]
        self._ended = threading.Event()
        self.took: list[tuple[float, float]] = []  # when it ended, and seconds
        self._threads = [
            threading.Thread(target=self._write, args=(first * (n + 2),)) for n in range(WRITERS)
        ]
        for thread in self._threads:
            thread.start()

    def _write(self, number: int) -> None:
        while not self._ended.is_set():
            number += 1
            begun = time.monotonic()
            self._storage.run_sync(add_and_change, self._tables, number)
            self.took.append((time.monotonic(), time.monotonic() - begun))

    def stop(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self._storage.close()


def add_and_change(connection: Connection, tables: list[Table], number: int) -> None:
    for table in tables:
        (key,) = table.primary_key.columns
        connection.execute(insert(table), [lean_row(table, number)])
        connection.execute(update(table).where(key == number).values(state="changed"))


def lean_row(table: Table, number: int) -> dict[str, object]:
    """As long as rows are; pointing to the first three of whatever it points to."""
    row = row_of(table, number)
    return row | {
        column.name: 1 + number % 3
        for column in table.columns
        if column.foreign_keys and row[column.name] is not None
    }


def prepared(url: str, revision: str, rows: int) -> MetaData:
    """A database of an earlier release with so many rows in the large tables."""
    upgrade(url, master_key=MASTER_KEY, revision=revision)
    engine = make_engine(url)
    with engine.begin() as connection:
        tables = reflect(connection)
        fill(connection, tables)
    for name in LARGE:
        for first in range(10, rows + 10, AT_ONCE):
            with engine.begin() as connection:
                table = tables.tables[name]
                numbers = range(first, min(first + AT_ONCE, rows + 10))
                connection.execute(insert(table), [lean_row(table, number) for number in numbers])
    engine.dispose()
    return tables


def measure(kind: str, url: str, *, revision: str, rows: int) -> None:
    tables = prepared(url, revision, rows)
    writers = Writers(url, tables, first=10 * rows)
    try:
        time.sleep(CALM_S)
        begun = time.monotonic()
        upgrade(url, master_key=MASTER_KEY)
        ended = time.monotonic()
        time.sleep(AFTER_S)
    finally:
        writers.stop()
    calm = [took for at, took in writers.took if at < begun]
    during = [took for at, took in writers.took if begun <= at <= ended + AFTER_S]
    engine = make_engine(url)
    with engine.connect() as connection:
        found = sum(
            connection.execute(select(func.count()).select_from(tables.tables[name])).scalar_one()
            for name in LARGE
        )
    engine.dispose()
    lost = len(LARGE) * (rows + 3 + len(writers.took)) - found
    print(
        f"{kind}: {revision} to {head_revision()} with {rows:,} rows in each of "
        f"{' and '.join(LARGE)} took {ended - begun:.1f} s; {len(during)} units written meanwhile, "
        f"{lost} rows lost. A writer waited {1000 * max(during):.0f} ms at the longest, "
        f"{1000 * statistics.median(during):.0f} ms in the middle "
        f"(before it began: {1000 * max(calm):.0f} and {1000 * statistics.median(calm):.0f} ms).",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="in each of the large tables")
    parser.add_argument("--since", default="0001", help="the schema that the upgrade begins with")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tettpa-upgrading-") as folder:
        address = f"sqlite:///{Path(folder) / 'tettpa.db'}"
        measure("SQLite", address, revision=asked.since, rows=asked.rows)
    server = PostgresqlServer()
    try:
        address = server.fresh_database()
        measure("PostgreSQL", address, revision=asked.since, rows=asked.rows)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
