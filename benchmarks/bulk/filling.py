"""Rows into tables as fast as the database takes them, and the indexes built when all are there."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from bot.storage.engine import make_engine, parse_url
from bot.storage.keys import key_store_url
from bot.storage.tables import metadata

BATCH = 20_000
_SQLITE_INDEXES = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid"
)
_POSTGRESQL_INDEXES = """
    SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_class AS c
    JOIN pg_index AS i ON i.indexrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)
    ORDER BY c.oid"""
Row = tuple[Any, ...]


class _Door(Protocol):
    def put(self, table: str, columns: Sequence[str], rows: list[Row]) -> None: ...


class Filler:
    """Gathers rows by table and hands them on in batches; numbers them, for nobody else writes."""

    def __init__(self, door: _Door) -> None:
        self._door = door
        self._columns: dict[str, Sequence[str]] = {}
        self._rows: dict[str, list[Row]] = {}
        self.counts: Counter[str] = Counter()
        self._numbers: Counter[str] = Counter()

    def table(self, name: str, columns: str, *, after: int = 0) -> None:
        """Say which columns the rows of a table have; numbers begin after `after`."""
        self._columns[name] = columns.split()
        self._rows[name] = []
        self._numbers[name] = after

    def number(self, table: str) -> int:
        """The next number of a row there."""
        self._numbers[table] += 1
        return self._numbers[table]

    def add(self, table: str, row: Row) -> None:
        rows = self._rows[table]
        rows.append(row)
        if len(rows) >= BATCH:
            self._hand_on(table)

    def finish(self) -> None:
        for table in self._rows:
            self._hand_on(table)

    def _hand_on(self, table: str) -> None:
        rows = self._rows[table]
        if rows:
            self._door.put(table, self._columns[table], rows)
            self.counts[table] += len(rows)
            rows.clear()


class _SqliteDoor:
    def __init__(self, url: URL) -> None:
        self._main = _loading(str(url.database))
        self._keys = _loading(str(key_store_url(url).database))

    def put(self, table: str, columns: Sequence[str], rows: list[Row]) -> None:
        connection = self._keys if table == "sealing_key" else self._main
        marks = ", ".join("?" * len(columns))
        connection.execute("BEGIN")
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
            rows,
        )
        connection.execute("COMMIT")

    def close(self) -> None:
        for connection in (self._main, self._keys):
            connection.execute("PRAGMA journal_mode=WAL")
            connection.close()


def _loading(path: str) -> sqlite3.Connection:
    """A connection that would lose everything in a crash; nobody else has the file open."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=DELETE", "journal_mode=OFF", "synchronous=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA cache_size=-400000")
    return connection


class _PostgresqlDoor:
    def __init__(self, url: URL) -> None:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(address, autocommit=True)
        # Rows come in an order that foreign keys would refuse, and checking each takes half the time.
        self._connection.execute("SET session_replication_role = replica")
        self._connection.execute("SET synchronous_commit = off")

    def put(self, table: str, columns: Sequence[str], rows: list[Row]) -> None:
        schema = "keys" if table == "sealing_key" else "public"
        statement = sql.SQL("COPY {}.{} ({}) FROM STDIN").format(
            sql.Identifier(schema),
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
        )
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def close(self) -> None:
        for table in metadata.sorted_tables:
            key = next(iter(table.primary_key.columns))
            found = (
                self._connection.execute(
                    "SELECT pg_get_serial_sequence(%s, %s)", (table.name, key.name)
                ).fetchone()
                if key.type.python_type is int
                else None
            )
            if found is not None and found[0] is not None:
                last = sql.SQL("SELECT setval({}, coalesce(max({}), 1)) FROM {}").format(
                    found[0], sql.Identifier(key.name), sql.Identifier(table.name)
                )
                self._connection.execute(last)
        self._connection.execute("VACUUM ANALYZE")
        self._connection.close()


@contextmanager
def filling(database_url: str) -> Iterator[Filler]:
    """Take the indexes away, let rows come in, and build the indexes again.

    In the order in which the migrations made them: among equals SQLite takes the newest.
    """
    url = parse_url(database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    engine = make_engine(url)
    with engine.begin() as connection:
        indexes = connection.exec_driver_sql(
            _SQLITE_INDEXES if is_sqlite else _POSTGRESQL_INDEXES
        ).all()
        for name, _ in indexes:
            connection.exec_driver_sql(f"DROP INDEX {name}")
    engine.dispose()
    door = _SqliteDoor(url) if is_sqlite else _PostgresqlDoor(url)
    filler = Filler(door)
    yield filler
    filler.finish()
    with engine.begin() as connection:
        for _, made_by in indexes:
            connection.exec_driver_sql(made_by)
    engine.dispose()
    door.close()
