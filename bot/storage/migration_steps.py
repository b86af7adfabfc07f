"""What steps of the schema are made of: additions that hold no running program up for long.

Used by `migrations/versions` only. Each may run again after an upgrade that was cut off, and asks
nothing of the others: a step calls them in any number and order. See docs/decisions/0008-upgrades.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

# Who waits for a table holds up everybody behind; so an upgrade gives up soon, and tries again.
LOCK_TIMEOUT_MS = 500
# Building an index beside writers blocks none of them, but it waits for every older transaction.
INDEX_LOCK_TIMEOUT_MS = 600_000
BATCH_ROWS = 2_000
# As long as SQLite lets a writer sleep that found the file locked.
REST_AT_LEAST_S = 0.1

BESIDE_OTHERS = "beside_others"


def add_column(table: str, column: sa.Column[Any]) -> None:
    """Add a column that is nullable or has a constant server default: nothing is rewritten."""
    op.add_column(table, column, if_not_exists=_is_postgresql())


def add_index(
    name: str, table: str, columns: Sequence[str], *, where: str | None = None, unique: bool = False
) -> None:
    """Add an index to a table that has rows; on PostgreSQL it is built while others write.

    What the step did before is committed then, so only functions of this file may come before.
    """
    clause = None if where is None else sa.text(where)
    options: dict[str, Any] = {
        "unique": unique,
        "sqlite_where": clause,
        "postgresql_where": clause,
    }
    if not (_is_postgresql() and _is_beside_others()):
        op.create_index(name, table, list(columns), **options)
        return
    with op.get_context().autocommit_block(), _patience(INDEX_LOCK_TIMEOUT_MS):
        _drop_if_unfinished(name)
        op.create_index(
            name, table, list(columns), if_not_exists=True, postgresql_concurrently=True, **options
        )


def backfill(table: str, *, key: str, values: Mapping[str, str], where: str) -> None:
    """Give the rows of earlier releases their values, some at a time, each time committing.

    Args:
        key: The primary key, a number.
        values: SQL expression by column.
        where: What only rows without their value meet: a run that was cut off goes on there.
    """
    assignments = ", ".join(f"{column} = {expression}" for column, expression in values.items())
    newest = sa.text(f"SELECT max({key}) FROM {table}")
    furthest = sa.text(
        f"SELECT max({key}) FROM (SELECT {key} FROM {table} "
        f"WHERE {key} > :done AND {key} <= :last AND ({where}) ORDER BY {key} LIMIT :rows) AS few"
    )
    fill = sa.text(
        f"UPDATE {table} SET {assignments} WHERE {key} > :done AND {key} <= :upto AND ({where})"
    )
    done = -(2**63)
    with _committing_each():
        connection = op.get_bind()
        # Running after what is written meanwhile might never end; that is little, and comes last.
        last = connection.execute(newest).scalar_one()
        while last is not None:
            begun = time.monotonic()
            found = {"done": done, "last": last, "rows": BATCH_ROWS}
            upto = connection.execute(furthest, found).scalar_one()
            if upto is None:
                break
            connection.execute(fill, {"done": done, "upto": upto})
            done = upto
            _let_others_write(time.monotonic() - begun)
        connection.execute(fill, {"done": done, "upto": 2**63 - 1})


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def _is_beside_others() -> bool:
    """Not so inside a restore: nobody else may use the database, and all is one transaction."""
    return bool(context.config.attributes.get(BESIDE_OTHERS))


@contextmanager
def _committing_each() -> Iterator[None]:
    if _is_postgresql() and _is_beside_others():
        with op.get_context().autocommit_block():
            yield
    else:
        yield


def _let_others_write(worked_s: float) -> None:
    if not _is_beside_others():
        return
    if _is_postgresql():
        time.sleep(worked_s)
        return
    driver: Any = op.get_bind().connection.dbapi_connection
    driver.commit()
    time.sleep(max(REST_AT_LEAST_S, worked_s))
    driver.execute("BEGIN IMMEDIATE").close()


@contextmanager
def _patience(milliseconds: int) -> Iterator[None]:
    op.execute(f"SET lock_timeout = {milliseconds}")
    yield
    op.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")


def _drop_if_unfinished(name: str) -> None:
    """An index whose building was cut off is there, costs every writer, and answers nobody."""
    is_unfinished = sa.text(
        "SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"
    )
    quoted = postgresql.dialect().identifier_preparer.quote(name)  # type: ignore[no-untyped-call]
    if op.get_bind().execute(is_unfinished, {"name": quoted}).scalar():
        op.drop_index(name, postgresql_concurrently=True)
