"""Wiring: the one file that sees every room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.config import Settings, require
from bot.content.loading import load_folder, load_stored
from bot.content.pack import Pack
from bot.scheduling.clock import Clock, MachineClock
from bot.services.offices import DEFAULT_OFFICE, ensure_default_office
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content, published_by
from bot.storage.engine import StorageConnection, ensure_file, ensure_reachable, make_engine
from bot.storage.keys import KeyStore, derive_master_key
from bot.storage.pack_shelf import PackShelf
from bot.storage.revisions import ensure_fits
from bot.storage.threads import StorageThreads
from bot.storage.unit_of_work import SecretCodes, SqlUnitOfWork
from bot.storage.vault import Vault

FILES = "files"  # who published: the files at start-up, not a person
DEFAULT_PACK = Path(__file__).parent / "content" / "default"


@dataclass(frozen=True, slots=True)
class Program:
    """What every command works with: settings, clock and the storage threads."""

    settings: Settings
    clock: Clock
    storage: StorageThreads
    keys: KeyStore


def upgrade_database(settings: Settings) -> str:
    """Create or upgrade the database; the revision reached."""
    # Alembic and its memory are for this alone.
    from bot.storage.migrate import upgrade

    require(settings, "secret_key")
    return upgrade(settings.database_url, master_key=derive_master_key(settings.secret_key))


def load_content(settings: Settings) -> Pack:
    """The pack that files give: CONTENT_DIR, or the one that comes along. Raises BadContent."""
    return load_folder(settings.content_dir or DEFAULT_PACK)


@contextmanager
def open_program(
    settings: Settings,
    *,
    clock: Clock | None = None,
    publish: bool = True,
    pack: Pack | None = None,
) -> Iterator[Program]:
    """Open the database for work; refuses one whose schema is not this release's.

    Args:
        publish: Make the pack of the files the default office's content, if it changed.
        pack: The pack of the files, from whoever has loaded it already.

    Raises:
        BadSetting, StorageUnavailable, BadContent: One sentence each.
    """
    require(settings, "secret_key")
    clock = clock or MachineClock()
    pack = (pack or load_content(settings)) if publish else None
    shelf = PackShelf(load_stored)
    if pack is not None:
        # Most offices speak with the very content of the files: parsed once, kept once.
        shelf.keep(pack)
    _ensure_current(settings.database_url)
    keys = KeyStore.beside(settings.database_url, master_key=derive_master_key(settings.secret_key))
    try:
        keys.ensure_schema()
        keys.check_master_key()
        storage = StorageThreads.open(
            settings.database_url,
            make_unit=partial(
                _make_unit,
                vault=Vault(keys),
                codes=SecretCodes(settings.secret_key),
                shelf=shelf,
                clock=clock,
            ),
        )
        try:
            storage.run_sync(_prepare, time_zone=settings.time_zone, pack=pack)
            yield Program(settings, clock, storage, keys)
        finally:
            storage.close()
    finally:
        keys.close()


def _make_unit(
    connection: StorageConnection,
    *,
    vault: Vault,
    codes: SecretCodes,
    shelf: PackShelf,
    clock: Clock,
) -> SqlUnitOfWork:
    return SqlUnitOfWork(connection, vault=vault, codes=codes, shelf=shelf, now=clock.now)


def _prepare(uow: UnitOfWork, *, time_zone: str, pack: Pack | None) -> None:
    ensure_default_office(uow, time_zone=time_zone)
    if pack is not None and _content_comes_from_files(uow):
        publish_content(uow, DEFAULT_OFFICE, digest=pack.digest, files=pack.files, by=FILES)


def _content_comes_from_files(uow: UnitOfWork) -> bool:
    """A pack that somebody published, or went back to, on purpose is not replaced by a restart."""
    return published_by(uow, DEFAULT_OFFICE) in (None, FILES)


def _ensure_current(database_url: str) -> None:
    ensure_file(database_url)
    engine = make_engine(database_url)
    try:
        ensure_reachable(engine)
        ensure_fits(engine)
    finally:
        engine.dispose()
