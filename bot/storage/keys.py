"""The key store: a key per participant, kept apart from what it seals, and destroyed for good."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import (
    URL,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import BadSetting, KeyDestroyed, NotFound, SealBroken, StorageUnavailable
from bot.storage.columns import Instant
from bot.storage.engine import make_engine, parse_url, unavailable
from bot.storage.faults import is_sqlite
from bot.storage.old_versions import forget_old_versions
from bot.storage.seals import seal, unseal

_SCHEMA = "keys"
_KEY_BITS = 256
_CACHED_KEYS = 16_384
_WRAP_CONTEXT = "tettpa key wrapping v1"
_MASTER_KEY_LABEL = b"tettpa master key v1"
_WRONG_MASTER_KEY = (
    "TETTPA_SECRET_KEY is not the one the participants' keys were made with; "
    "put the former one back."
)

sealing_key = Table(
    "sealing_key",
    MetaData(schema=_SCHEMA),
    Column("key_id", String(32), primary_key=True),
    Column("wrapped", LargeBinary),
    Column("created_at", Instant, nullable=False),
    Column("destroyed_at", Instant),
)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a destroyed key; an erasure is replayed from it after a restore."""

    key_id: str
    destroyed_at: datetime | None  # None: traces may be left, see `KeyStore.destroy`


def derive_master_key(secret_key: str) -> bytes:
    """Return the key that wraps all others (HKDF-SHA256 of the setting SECRET_KEY)."""
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=_MASTER_KEY_LABEL)
    return derivation.derive(secret_key.encode())


def key_store_url(database: str | URL) -> URL:
    """Return where the keys of a database live: on SQLite `<name>.keys.db` beside its file.

    On PostgreSQL it is the same database; the keys have a schema of their own there.
    """
    url = parse_url(database)
    if url.get_backend_name() != "sqlite":
        return url
    return url.set(database=str(Path(str(url.database)).with_suffix(".keys.db")))


class KeyStore:
    """Makes, uses and destroys keys; safe to use from any thread, also inside a unit of work.

    It commits on connections of its own, so a key is on disk before anything sealed with it.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        master_key: bytes,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Use the engine of the key store itself (see `beside`); `close` disposes of it."""
        self._sqlite = is_sqlite(engine)
        if self._sqlite:
            # SQLite has no schemas: there the keys have a file of their own instead.
            self._engine = engine.execution_options(schema_translate_map={_SCHEMA: None})
        else:
            # One row at a time: nothing here needs a snapshot, and so nothing can conflict.
            self._engine = engine.execution_options(isolation_level="READ COMMITTED")
        self._master = AESGCM(master_key)
        self._clock = clock
        self._lock = threading.Lock()
        self._unwrapped: OrderedDict[str, AESGCM] = OrderedDict()
        self._destroyed_here: set[str] = set()

    @classmethod
    def beside(cls, database: str | URL, *, master_key: bytes) -> Self:
        """Return the key store that belongs to a database, on a small engine of its own."""
        return cls(make_engine(key_store_url(database), pool_size=2), master_key=master_key)

    def close(self) -> None:
        with self._lock:
            self._unwrapped.clear()
        self._engine.dispose()

    def ensure_schema(self) -> None:
        """Make the table where it is missing, and check that the master key fits.

        Raises:
            BadSetting: keys exist that another SECRET_KEY wrapped.
            StorageUnavailable: the key store cannot be reached.
        """
        with self._answering(), self._engine.begin() as connection:
            if not self._sqlite:
                # Two processes may start at once.
                connection.execute(text("SELECT pg_advisory_xact_lock(7238454113)"))
                connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}"))
            sealing_key.create(connection, checkfirst=True)
        self.check_master_key()

    def check_master_key(self) -> None:
        """Raise BadSetting when SECRET_KEY is not the one the keys were wrapped with."""
        query = select(sealing_key.c.key_id, sealing_key.c.wrapped)
        with self._answering(), self._engine.connect() as connection:
            row = connection.execute(
                query.where(sealing_key.c.wrapped.is_not(None)).limit(1)
            ).first()
        if row is not None:
            self._unwrap(row.key_id, row.wrapped)

    def create(self) -> str:
        """Make a key, commit it, and return its id."""
        key_id = secrets.token_hex(16)
        key = AESGCM.generate_key(_KEY_BITS)
        row = {
            "key_id": key_id,
            "wrapped": seal(self._master, key, key_id, _WRAP_CONTEXT),
            "created_at": self._clock(),
        }
        with self._answering(), self._engine.begin() as connection:
            connection.execute(insert(sealing_key), row)
        self._remember(key_id, AESGCM(key))
        return key_id

    def seal(self, key_id: str, plaintext: bytes, *, context: str) -> bytes:
        """Encrypt; what comes out opens only with the same key and the same context.

        Raises:
            KeyDestroyed: the key was destroyed.
            NotFound: there never was such a key.
        """
        return seal(self._key(key_id), plaintext, key_id, context)

    def open(self, key_id: str, sealed: bytes, *, context: str) -> bytes:
        """Decrypt what `seal` made.

        Raises:
            KeyDestroyed: the key was destroyed, and the text with it.
            NotFound: there never was such a key.
            SealBroken: the bytes were changed, or belong to another key or context.
        """
        key = self._key(key_id)
        try:
            return unseal(key, sealed, key_id, context)
        except InvalidTag as error:
            raise SealBroken(
                f"A text sealed with key {key_id} does not open as {context}; "
                "restore it from a backup."
            ) from error

    def fetch(self, key_ids: Iterable[str]) -> None:
        """Have many keys at hand for what follows; those destroyed or unknown are left out."""
        with self._lock:
            missing = [key_id for key_id in key_ids if key_id not in self._unwrapped]
        table = sealing_key.c
        query = select(table.key_id, table.wrapped).where(table.wrapped.is_not(None))
        with self._answering(), self._engine.connect() as connection:
            rows = connection.execute(query.where(table.key_id.in_(missing))).all()
        self.keep_at_hand((row.key_id, row.wrapped) for row in rows)

    def keep_at_hand(self, wrapped: Iterable[tuple[str, bytes]]) -> None:
        """Have keys at hand that somebody read from `sealing_key` with their ids."""
        for key_id, key in wrapped:
            self._remember(key_id, AESGCM(self._unwrap(key_id, key)))

    def destroy(self, key_id: str) -> None:
        """Make the key unrecoverable from the database's files; repeating it is harmless.

        Raises:
            NotFound: there never was such a key.
            StorageUnavailable: traces may be left, for the files were in use; repeat it. Until then
                the key has no `destroyed_at`.
        """
        with self._lock:
            self._unwrapped.pop(key_id, None)
            # Another thread may be fetching the key just now: it must not remember it.
            self._destroyed_here.add(key_id)
        table = sealing_key.c
        mine = update(sealing_key).where(table.key_id == key_id, table.wrapped.is_not(None))
        with self._answering():
            with self._engine.begin() as connection:
                query = select(table.wrapped).where(table.key_id == key_id)
                stored = connection.execute(query).first()
                if stored is None:
                    raise NotFound(f"There is no key {key_id}.")
                if stored.wrapped is not None:
                    connection.execute(mine.values(wrapped=bytes(len(stored.wrapped))))
                    connection.execute(mine.values(wrapped=None))
            self._remove_traces()
            done = update(sealing_key).where(table.key_id == key_id, table.destroyed_at.is_(None))
            with self._engine.begin() as connection:
                connection.execute(done.values(destroyed_at=self._clock()))

    def tombstones(self) -> list[Tombstone]:
        """Return all destroyed keys, oldest first; at the end those of which traces may be left."""
        query = select(sealing_key.c.key_id, sealing_key.c.destroyed_at)
        with self._answering(), self._engine.connect() as connection:
            rows = connection.execute(
                query.where(sealing_key.c.wrapped.is_(None)).order_by(
                    sealing_key.c.destroyed_at.nulls_last(), sealing_key.c.key_id
                )
            ).all()
        return [Tombstone(row.key_id, row.destroyed_at) for row in rows]

    def key_ids(self) -> set[str]:
        """Return the ids of all keys there ever were here, destroyed ones too."""
        with self._answering(), self._engine.connect() as connection:
            return set(connection.execute(select(sealing_key.c.key_id)).scalars())

    def _remove_traces(self) -> None:
        if self._sqlite:
            # Old page images stay in the write-ahead log until it is cut to nothing.
            with self._engine.connect() as connection:
                driver = connection.connection.cursor()
                try:
                    busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                finally:
                    driver.close()
            if busy:
                raise StorageUnavailable("The key file is in use: destroy the key once more.")
            return
        # An updated row leaves its old version in the page; a rewritten table does not.
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            forget_old_versions(connection, f"{_SCHEMA}.{sealing_key.name}")

    def _key(self, key_id: str) -> AESGCM:
        with self._lock:
            if known := self._unwrapped.get(key_id):
                self._unwrapped.move_to_end(key_id)
                return known
        query = select(sealing_key.c.wrapped).where(sealing_key.c.key_id == key_id)
        with self._answering(), self._engine.connect() as connection:
            stored = connection.execute(query).first()
        if stored is None:
            raise NotFound(f"There is no key {key_id}.")
        if stored.wrapped is None:
            raise KeyDestroyed(f"The key {key_id} was destroyed; what it sealed cannot be read.")
        key = AESGCM(self._unwrap(key_id, stored.wrapped))
        self._remember(key_id, key)
        return key

    def _unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        try:
            return unseal(self._master, wrapped, key_id, _WRAP_CONTEXT)
        except InvalidTag as error:
            raise BadSetting(_WRONG_MASTER_KEY) from error

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise unavailable(self._engine, error) from error

    def _remember(self, key_id: str, key: AESGCM) -> None:
        with self._lock:
            if key_id in self._destroyed_here:
                return
            self._unwrapped[key_id] = key
            while len(self._unwrapped) > _CACHED_KEYS:
                self._unwrapped.popitem(last=False)
