"""Putting a backup back: the new database is made whole beside the old one, then takes its place."""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL, Connection, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import NotFound, RuleBroken, StorageUnavailable
from bot.storage.backup import keys_engine, without_schema
from bot.storage.engine import BUSY_TIMEOUT, address_of, make_engine, unavailable
from bot.storage.faults import is_sqlite
from bot.storage.keys import KeyStore, key_store_url, sealing_key
from bot.storage.migrate import upgrade_within
from bot.storage.postgresql_programs import output_of
from bot.storage.tables.people import participant

T = TypeVar("T")
Settle = Callable[[Connection], T]

_COPY = re.compile(rb"COPY .* FROM stdin;$")
# Orders to psql, a schema that stays where it is, and a setting that older servers do not know.
_LEFT_OUT = re.compile(
    rb"\\(un)?restrict |(CREATE|ALTER|COMMENT ON) SCHEMA public\b|SET transaction_timeout "
)
_ROWS_AT_ONCE = 500
_LOOKS, _LOOK_AGAIN_S = 20, 0.1
_OTHERS = "Another program has the database open: stop every `tettpa` and repeat."


def merge_keys(database_url: str | URL, copied: Path, keys: KeyStore) -> None:
    """Add copied keys that are missing. A key destroyed in either place is destroyed in both.

    Nothing is taken away from the present store but by an erasure, so it goes on fitting the
    present database whatever becomes of the restore.
    """
    engine = make_engine(key_store_url(database_url), pool_size=1)
    here = without_schema(engine) if is_sqlite(engine) else engine
    try:
        with keys_engine(copied).connect() as reading:
            rows = [dict(row) for row in reading.execute(select(sealing_key)).mappings()]
        with here.begin() as writing:
            is_alive = sealing_key.c.wrapped.is_not(None).label("is_alive")
            query = select(sealing_key.c.key_id, is_alive)
            known = {row.key_id: row.is_alive for row in writing.execute(query)}
            if missing := [row for row in rows if row["key_id"] not in known]:
                writing.execute(insert(sealing_key), missing)
    except SQLAlchemyError as error:
        raise unavailable(engine, error) from error
    finally:
        engine.dispose()
    for row in rows:
        if row["wrapped"] is None and known.get(row["key_id"]):
            keys.destroy(row["key_id"])


def erased_key_ids(db: Connection) -> set[str]:
    """The keys of those who are erased in a database, which may be an empty one."""
    if not inspect(db).has_table(participant.name):
        return set()
    erased = select(participant.c.key_id).where(participant.c.status == "erased")
    return set(db.execute(erased).scalars())


def destroy_what_erasures_left(keys: KeyStore, erased: Iterable[str]) -> None:
    """Destroy keys whose destruction failed at the erasure: only the tombstone outlives the restore.

    Raises:
        RuleBroken: one cannot be destroyed now.
    """
    whole = {stone.key_id for stone in keys.tombstones() if stone.destroyed_at is not None}
    for key_id in sorted(set(erased) - whole):
        try:
            keys.destroy(key_id)
        except NotFound:
            continue  # a key store from before it was made: nothing can open what it sealed
        except StorageUnavailable as error:
            if key_id in {stone.key_id for stone in keys.tombstones()}:
                continue  # traces are left, for the next start to remove; the erasure is known
            raise RuleBroken(
                "Somebody was erased whose key cannot be destroyed now, and the backup would bring "
                "them back: stop every `tettpa` and repeat; nothing was restored."
            ) from error


def restore_sqlite(url: URL, copied: Path, settle: Settle[T]) -> T:
    """Make the new file whole beside the old one; one transaction of SQLite then swaps them.

    Raises:
        RuleBroken: another program has the file open.
        StorageUnavailable: the copy does not open or the disk failed; the old database is as it was.
    """
    live = Path(str(url.database)).absolute()
    new = live.with_name(f"{live.name}.restoring")
    _remove(new)
    try:
        live.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.touch(mode=0o600)
        shutil.copyfile(copied, new)
        engine = make_engine(url.set(database=str(new)), pool_size=1)
        try:
            with engine.begin() as connection:
                upgrade_within(connection)
            with engine.begin() as connection:
                result = settle(connection)
        except SQLAlchemyError as error:
            raise unavailable(engine, error) from error
        finally:
            engine.dispose()
        _swap(new, live)
    except OSError as error:
        raise StorageUnavailable(
            f"The restore beside {live} failed ({error.strerror}): check the folder and its room."
        ) from error
    finally:
        _remove(new)
    return result


def set_aside_damaged(url: URL, name: str) -> None:
    """Move a file that cannot be read out of the way, with its log; nothing is deleted."""
    live = Path(str(url.database)).absolute()
    aside = live.with_name(f"{live.name}.damaged-{name}")
    for ending in ("", "-wal", "-shm"):
        if (part := live.with_name(live.name + ending)).exists():
            part.rename(aside.with_name(aside.name + ending))


def _swap(new: Path, live: Path) -> None:
    """Not by renaming: a log left beside the old file would be played into the new one."""
    patience = BUSY_TIMEOUT.total_seconds()
    live.touch(mode=0o600)
    try:
        with (
            closing(sqlite3.connect(new)) as source,
            closing(sqlite3.connect(live, timeout=1)) as target,
        ):
            # Only somebody alone with the file can leave the log behind.
            try:
                target.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.OperationalError as error:
                raise RuleBroken(_OTHERS) from error
            target.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
            target.execute("PRAGMA synchronous=FULL")
            source.backup(target)
            if (found := target.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise StorageUnavailable(f"{live} is damaged after the restore ({found}): repeat.")
    except sqlite3.Error as error:
        raise StorageUnavailable(
            f"The database {live} failed ({error}); it is as it was: check the disk and repeat."
        ) from error


def _remove(file: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def restore_postgresql(url: URL, copied: Path, settle: Settle[T]) -> T:
    """Replace the schema `public` in one transaction: until it commits, all is as it was."""
    engine = make_engine(url, pool_size=1)
    try:
        with engine.begin() as connection:
            _be_alone(connection)
            _drop_everything(connection)
            words = ("--no-owner", "--no-privileges", "--file=-", str(copied))
            # It has ended well before the transaction does.
            with output_of("pg_restore", *words) as script:
                _play(connection, script)
            upgrade_within(connection)
            return settle(connection)
    except SQLAlchemyError as error:
        raise unavailable(engine, error) from error
    finally:
        engine.dispose()


def _be_alone(db: Connection) -> None:
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'tettpa' AND pid <> pg_backend_pid()"
    )
    for _ in range(_LOOKS):
        if not db.execute(others).scalar_one():
            return
        # The server takes a moment to notice that a program has ended, and shows us the same
        # picture for the whole transaction unless it is told to look again.
        time.sleep(_LOOK_AGAIN_S)
        db.execute(text("SELECT pg_stat_clear_snapshot()"))
    raise RuleBroken(_OTHERS)


def _drop_everything(db: Connection) -> None:
    """Empty the schema instead of dropping it: not every account that owns tables owns it."""
    kinds = {
        "TABLE": "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'",
        "SEQUENCE": "SELECT format('%I', sequencename) FROM pg_sequences WHERE schemaname = 'public'",
        "FUNCTION": "SELECT p.oid::regprocedure::text FROM pg_proc p "
        "JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
    }
    for kind, query in kinds.items():
        for name in list(db.execute(text(query)).scalars()):
            db.exec_driver_sql(f"DROP {kind} IF EXISTS {name} CASCADE".replace("%", "%%"))


def _play(db: Connection, script: Iterable[bytes]) -> None:
    """Run what pg_restore writes, on our own connection and so inside our own transaction."""
    driver: Any = db.connection.cursor()
    lines = iter(script)
    try:
        gathered: list[bytes] = []
        for line in lines:
            if _COPY.match(line):
                driver.execute(b"".join(gathered))
                gathered = []
                with driver.copy(line) as copy:
                    for rows in _rows(lines):
                        copy.write(rows)
            elif not _LEFT_OUT.match(line):
                gathered.append(line)
        # The script leaves the connection without a search path.
        driver.execute(b"".join([*gathered, b"RESET ALL;"]))
    except psycopg.Error as error:
        raise StorageUnavailable(
            f"The backup cannot be played into {address_of(db.engine.url)} "
            f"({' '.join(str(error).split())[:200]}); nothing was changed."
        ) from error
    finally:
        driver.close()


def _rows(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The rows of one COPY, many at a time."""
    gathered: list[bytes] = []
    for line in lines:
        if line == b"\\.\n":
            break
        gathered.append(line)
        if len(gathered) == _ROWS_AT_ONCE:
            yield b"".join(gathered)
            gathered = []
    yield b"".join(gathered)
