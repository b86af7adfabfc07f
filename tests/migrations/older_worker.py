"""A worker of an earlier release: it knows the tables of its day only, and never stops working."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, MetaData, Table, bindparam, func, insert, select, update

from bot.storage.columns import INSTANT_CHARS
from bot.storage.engine import make_engine
from bot.storage.threads import StorageThreads
from tests.migrations.sample_rows import reflect, row_of

BEGIN = 1_000_000
WAIT_S = 60
PAUSE_S = 0.01


class OlderWorker:
    """Adds a row to every table, changes it, reads it back, and so on; several threads do."""

    def __init__(self, url: str, *, threads: int) -> None:
        engine = make_engine(url)
        with engine.connect() as connection:
            self.tables: MetaData = reflect(connection)
        engine.dispose()
        # The storage of an earlier release is this one's: retries and group commits included.
        self._storage = StorageThreads.open(url, make_unit=lambda connection: connection)
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(BEGIN * (n + 1),)) for n in range(threads)
        ]
        self._round = threading.Condition()
        self.rounds = 0
        self.written: dict[int, int] = {}  # by the number of a row: its last change
        self.errors: list[BaseException] = []

    def until_rounds(self, more: int) -> None:
        """Wait until so many further rounds are done by all threads together."""
        with self._round:
            goal = self.rounds + more
            assert self._round.wait_for(lambda: self.rounds >= goal or self.errors, WAIT_S)
        if self.errors:
            raise self.errors[0]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(WAIT_S)
        self._storage.close()

    def _work(self, number: int) -> None:
        try:
            # Between two rounds somebody else may have the database, as between two updates.
            while not self._ended.wait(PAUSE_S):
                number += 1
                self._storage.run_sync(self._add, number)
                for change in (1, 2):
                    self._storage.run_sync(self._change, number, change)
                    self.written[number] = change
                seen = self._storage.read_sync(self._look, number)
                assert seen == {table.name: 1 for table in self.tables.sorted_tables}, seen
                with self._round:
                    self.rounds += 1
                    self._round.notify_all()
        except BaseException as error:
            with self._round:
                self.errors.append(error)
                self._round.notify_all()

    def _add(self, connection: Connection, number: int) -> None:
        for table in self.tables.sorted_tables:
            connection.execute(insert(table), [row_of(table, number)])

    def _change(self, connection: Connection, number: int, change: int) -> None:
        for table in self.tables.sorted_tables:
            column = _a_column_of_words(table)
            if column is not None:
                done = connection.execute(
                    update(table)
                    .where(_key(table) == _key_value(table, number))
                    .values({column: words(number, change)})
                )
                assert done.rowcount == 1, table.name

    def _look(self, connection: Connection, number: int) -> dict[str, int]:
        return {
            table.name: connection.execute(
                select(func.count()).where(_key(table) == bindparam("key")),
                {"key": _key_value(table, number)},
            ).scalar_one()
            for table in self.tables.sorted_tables
        }

    def lost(self, connection: Connection) -> list[str]:
        """What it wrote and is not there."""
        found = []
        for table in self.tables.sorted_tables:
            column = _a_column_of_words(table)
            if column is None:
                continue
            for number, change in self.written.items():
                is_it = _key(table) == _key_value(table, number)
                value = connection.execute(select(table.c[column]).where(is_it)).scalar()
                if value != words(number, change):
                    found.append(f"{table.name} {number}: {value!r}")
        return found


def words(number: int, change: int) -> str:
    return f"{number}-{change}"


@contextmanager
def at_work(url: str, *, threads: int = 2) -> Iterator[OlderWorker]:
    worker = OlderWorker(url, threads=threads)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
    if worker.errors:
        raise worker.errors[0]


def _a_column_of_words(table: Table) -> str | None:
    for column in table.columns:
        length = getattr(column.type, "length", None)
        is_words = column.type.python_type is str and length != INSTANT_CHARS
        if is_words and not column.primary_key and (length is None or length >= 20):
            return column.name
    return None


def _key(table: Table) -> Any:
    (key,) = table.primary_key.columns
    return key


def _key_value(table: Table, number: int) -> Any:
    return row_of(table, number)[_key(table).name]
