"""Wiring of `tettpa db backup` and `tettpa db restore`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import URL, Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.config import Settings, require
from bot.content.loading import load_stored
from bot.domain.errors import RuleBroken
from bot.services.restoring import Settled, program_runs, settle_restored
from bot.storage import backup as files
from bot.storage.engine import make_engine, parse_url, unavailable
from bot.storage.keys import KeyStore, derive_master_key
from bot.storage.pack_shelf import PackShelf
from bot.storage.repositories.conversations import ProgramState
from bot.storage.repositories.restored import Restored, key_ids_in_use, newest_moment
from bot.storage.restore import (
    destroy_what_erasures_left,
    erased_key_ids,
    merge_keys,
    restore_postgresql,
    restore_sqlite,
    set_aside_damaged,
)
from bot.storage.revisions import head_revision, knows_revision
from bot.storage.unit_of_work import SecretCodes, SqlUnitOfWork
from bot.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Restoration:
    """What was put back, and what was done about the time in between."""

    manifest: files.Manifest
    revision: str
    settled: Settled


def back_up(
    settings: Settings, *, to: Path, keys_to: Path, now: datetime, real_now: datetime
) -> tuple[Path, Path]:
    """Copy database and keys. `real_now` (the machine's time) names the copy."""
    return files.make_backup(
        settings.database_url,
        to=to,
        keys_to=keys_to,
        name=f"{real_now:%Y-%m-%dT%H%M%SZ}",
        moment=now.astimezone(UTC),
        release=_release(),
    )


def restore(
    settings: Settings,
    folder: Path,
    *,
    keys_folder: Path | None,
    lose_newer: bool,
    now: datetime,
    real_now: datetime,
) -> Restoration:
    """Put a backup in the place of the database.

    Args:
        keys_folder: Where its keys are, if not in `folder`; None when the present ones will do.
        lose_newer: Go on although the database has newer data, or cannot be read any more.

    Raises:
        RuleBroken: the backup does not fit, or something stands against it; nothing was changed.
        BadSetting, StorageUnavailable: nothing was changed but for keys that were added, and those
            of people who are erased.
    """
    require(settings, "secret_key")
    url = parse_url(settings.database_url)
    manifest = _fitting(url, files.checked(folder))
    keys_file = _keys_file(folder, manifest, keys_folder)
    if url.get_backend_name() == "postgresql":
        # So that the restore can tell its own connections from a program's.
        url = url.update_query_dict({"application_name": "tettpa_restore"})
    erased = _look_at_target(url, manifest, lose_newer=lose_newer, real_now=real_now)
    master_key = derive_master_key(settings.secret_key)
    if keys_file is not None:
        _ensure_openable(keys_file, master_key)
    keys = KeyStore.beside(url, master_key=master_key)
    try:
        keys.ensure_schema()
        if keys_file is not None:
            merge_keys(url, keys_file, keys)
        destroy_what_erasures_left(keys, erased)
        settled = _put_back(settings, url, folder, manifest, keys, now=now)
    finally:
        keys.close()
    return Restoration(manifest, head_revision(), settled)


def _put_back(
    settings: Settings,
    url: URL,
    folder: Path,
    manifest: files.Manifest,
    keys: KeyStore,
    *,
    now: datetime,
) -> Settled:
    vault = Vault(keys)
    known = keys.key_ids()

    def settle(connection: Connection) -> Settled:
        if not key_ids_in_use(connection) <= known:
            raise RuleBroken("Keys of this backup are missing: name their folder with --keys.")
        uow = SqlUnitOfWork(
            connection,
            vault=vault,
            codes=SecretCodes(settings.secret_key),
            shelf=PackShelf(load_stored),
            now=lambda: now,
        )
        return settle_restored(
            uow,
            Restored(connection, vault),
            moment=manifest.moment,
            destroyed_keys={tombstone.key_id for tombstone in keys.tombstones()},
        )

    main = folder / files.MAIN_FILES[manifest.kind]
    if manifest.kind == "postgresql":
        return restore_postgresql(url, main, settle)
    return restore_sqlite(url, main, settle)


def _fitting(url: URL, manifest: files.Manifest) -> files.Manifest:
    kind = url.get_backend_name()
    if manifest.kind != kind:
        raise RuleBroken(
            f"This is a backup of {manifest.kind} and TETTPA_DATABASE_URL names {kind}: a backup goes "
            "back into its own kind of database."
        )
    if files.MAIN_FILES[kind] not in manifest.files:
        raise RuleBroken("This folder holds keys only: name the folder of the database's backup.")
    if not knows_revision(manifest.revision):
        raise RuleBroken(
            f"The backup has schema {manifest.revision}, which this release does not know: "
            f"install release {manifest.release} or newer."
        )
    return manifest


def _keys_file(folder: Path, manifest: files.Manifest, keys_folder: Path | None) -> Path | None:
    if keys_folder is None:
        return folder / files.KEYS if files.KEYS in manifest.files else None
    if files.KEYS not in files.checked(keys_folder).files:
        raise RuleBroken(f"{keys_folder} holds no keys: name the folder of a keys' backup.")
    return keys_folder / files.KEYS


def _ensure_openable(keys_file: Path, master_key: bytes) -> None:
    """Another installation's keys must not get into the present store."""
    copied = KeyStore(files.keys_engine(keys_file), master_key=master_key)
    try:
        copied.check_master_key()
    finally:
        copied.close()


def _look_at_target(
    url: URL, manifest: files.Manifest, *, lose_newer: bool, real_now: datetime
) -> set[str]:
    """Refuse while a program runs, and when something newer would be lost unasked.

    Returns:
        The keys of those who are erased there, as far as it can be read.
    """
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return set()
    engine = make_engine(url, read_only=True)
    try:
        with engine.connect() as connection:
            newest = newest_moment(connection)
            # An empty database has nothing to lose, and no table that could hold a lease.
            runs = newest is not None and program_runs(ProgramState(connection), real_now=real_now)
            erased = erased_key_ids(connection)
    except SQLAlchemyError as error:
        if lose_newer and url.get_backend_name() == "sqlite":
            engine.dispose()
            set_aside_damaged(url, f"{real_now:%Y%m%dT%H%M%SZ}")
            return set()
        raise unavailable(engine, error) from error
    finally:
        engine.dispose()
    if runs:
        raise RuleBroken("A program runs on this database: stop `tettpa run` first.")
    if newest is not None and newest > manifest.moment and not lose_newer:
        raise RuleBroken(
            f"The database has data of {newest:%Y-%m-%d %H:%M} UTC and the backup is of "
            f"{manifest.moment:%Y-%m-%d %H:%M} UTC: what is newer would be lost. "
            "Back it up, then repeat with --yes."
        )
    return erased


def _release() -> str:
    try:
        return version("tettpa")
    except PackageNotFoundError:
        return "from source"
