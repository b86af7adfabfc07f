"""Backups as files: making them while the program runs, describing them, checking them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.domain.errors import RuleBroken, StorageUnavailable
from bot.storage.engine import BUSY_TIMEOUT, address_of, make_engine, parse_url, unavailable
from bot.storage.keys import key_store_url, sealing_key
from bot.storage.postgresql_programs import run_program
from bot.storage.revisions import current_revision

FORMAT = 1
MANIFEST = "manifest.json"
KEYS = "keys.db"
MAIN_FILES = {"sqlite": "main.db", "postgresql": "main.dump"}
_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is. `moment` is the program's clock when it began; `files` maps to SHA-256."""

    name: str
    moment: datetime
    kind: str
    revision: str
    release: str
    files: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "name": self.name,
            "moment": self.moment.isoformat(),
            "database": self.kind,
            "revision": self.revision,
            "release": self.release,
            "files": self.files,
        }

    @classmethod
    def from_json(cls, data: Any) -> Manifest:
        """Raises KeyError, TypeError or ValueError when it is something else."""
        if data["format"] != FORMAT:
            raise ValueError("another format")
        moment = datetime.fromisoformat(data["moment"])
        files = {str(name): str(digest) for name, digest in data["files"].items()}
        if moment.tzinfo is None or any(Path(name).name != name for name in files):
            raise ValueError("not ours")
        kind, revision, release = (str(data[key]) for key in ("database", "revision", "release"))
        return cls(str(data["name"]), moment, kind, revision, release, files)


def make_backup(
    database_url: str, *, to: Path, keys_to: Path, name: str, moment: datetime, release: str
) -> tuple[Path, Path]:
    """Copy the database into `to`/`name` and its keys into `keys_to`/`name`; works on a live one.

    Returns:
        The two folders, which are one when `to` and `keys_to` are.

    Raises:
        RuleBroken: a backup of that name is there.
        StorageUnavailable: the database or a folder failed, or a program is missing.
    """
    url = parse_url(database_url)
    kind = url.get_backend_name()
    together = to.resolve() == keys_to.resolve()
    with _in_the_making(to, name) as folder:
        main = folder / MAIN_FILES[kind]
        revision = _copy_sqlite(url, main) if kind == "sqlite" else _dump_postgresql(url, main)
        manifest = Manifest(name, moment, kind, revision, release)
        # After the database: whatever it refers to is there, and a key that was destroyed in
        # between stays destroyed.
        if together:
            _copy_keys(url, folder / KEYS)
        else:
            with _in_the_making(keys_to, name) as keys_folder:
                _copy_keys(url, keys_folder / KEYS)
                _write_manifest(keys_folder, manifest)
        _write_manifest(folder, manifest)
    return to / name, keys_to / name


def checked(folder: Path) -> Manifest:
    """Read the manifest and compare every file with it.

    Raises:
        RuleBroken: this is no backup, or a file was changed or is missing.
    """
    try:
        manifest = Manifest.from_json(json.loads((folder / MANIFEST).read_text()))
    except OSError as error:
        raise RuleBroken(
            f"{folder} holds no backup ({MANIFEST}: {error.strerror}): name the folder that "
            "`tettpa db backup` printed."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RuleBroken(
            f"{folder / MANIFEST} is damaged or of another release: take another backup."
        ) from error
    for name, digest in manifest.files.items():
        if _sha256(folder / name) != digest:
            raise RuleBroken(f"{folder / name} is damaged or missing: take another backup.")
    return manifest


def keys_engine(file: Path) -> Engine:
    """Open the copied keys, and never change them."""
    engine = create_engine(
        f"sqlite:///file:{file.resolve()}?mode=ro&uri=true",
        poolclass=NullPool,
        hide_parameters=True,
    )
    return without_schema(engine)


def without_schema(engine: Engine) -> Engine:
    """SQLite has no schemas: the keys have a file of their own there."""
    return engine.execution_options(schema_translate_map={sealing_key.schema: None})


@contextmanager
def _in_the_making(parent: Path, name: str) -> Iterator[Path]:
    """A folder that gets its name when all is in it; what a killed run left is cleared away."""
    folder, unfinished = parent / name, parent / f".{name}.part"
    if folder.exists():
        raise RuleBroken(f"{folder} is there already: backups are never overwritten.")
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        try:
            yield unfinished
            unfinished.rename(folder)
            _sync(parent)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise StorageUnavailable(
            f"The backup in {parent} failed ({error.strerror}): check the folder and its room."
        ) from error


def _copy_sqlite(url: URL, target: Path) -> str:
    """Copy a live file in one step, which readers and writers do not notice; its revision."""
    source = Path(str(url.database)).absolute()
    if not source.exists():
        raise StorageUnavailable(f"The database {address_of(url)} does not exist: nothing to copy.")
    target.touch(mode=0o600, exist_ok=False)
    patience = BUSY_TIMEOUT.total_seconds()
    try:
        with (
            closing(sqlite3.connect(source, timeout=patience)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole without a second one
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise StorageUnavailable(
                    f"The database {address_of(url)} is damaged ({found}): restore a backup."
                )
            row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            raise _empty(url) from error
        raise StorageUnavailable(f"The database {address_of(url)} failed ({error}).") from error
    except sqlite3.DatabaseError as error:
        raise StorageUnavailable(
            f"The database {address_of(url)} is damaged ({error}): restore a backup."
        ) from error
    if row is None:
        raise _empty(url)
    return str(row[0])


def _dump_postgresql(url: URL, target: Path) -> str:
    engine = make_engine(url, read_only=True)
    try:
        revision = current_revision(engine)
    except SQLAlchemyError as error:
        raise unavailable(engine, error) from error
    finally:
        engine.dispose()
    if revision is None:
        raise _empty(url)
    target.touch(mode=0o600, exist_ok=False)
    plain = url.set(drivername="postgresql", password="").render_as_string(hide_password=False)
    run_program(
        "pg_dump",
        *("--format=custom", "--schema=public", "--no-owner", "--no-privileges"),
        *(f"--file={target}", f"--dbname={plain}"),
        password=url.password,
    )
    if b" TABLE DATA public alembic_version " not in run_program(
        "pg_restore", "--list", str(target)
    ):
        raise StorageUnavailable(
            f"The tables of {address_of(url)} are not in its schema public: set no search path."
        )
    return revision


def _copy_keys(url: URL, target: Path) -> None:
    """The same file for both kinds of database, so that keys can be merged whatever they come from."""
    target.touch(mode=0o600, exist_ok=False)
    source = make_engine(key_store_url(url), read_only=True)
    here = without_schema(source) if url.get_backend_name() == "sqlite" else source
    copy = without_schema(create_engine(f"sqlite:///{target}", poolclass=NullPool))
    try:
        with here.connect() as reading, copy.begin() as writing:
            sealing_key.create(writing)
            rows = reading.execute(select(sealing_key)).mappings()
            for some in rows.partitions(_ROWS_AT_ONCE):
                writing.execute(insert(sealing_key), [dict(row) for row in some])
    except SQLAlchemyError as error:
        raise unavailable(source, error) from error
    finally:
        source.dispose()
        copy.dispose()


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    files = {file.name: _sha256(file) for file in sorted(folder.iterdir())}
    for name in files:
        _sync(folder / name)
    target = folder / MANIFEST
    target.touch(mode=0o600, exist_ok=False)
    whole = {**manifest.to_json(), "files": files}
    target.write_text(json.dumps(whole, indent=2, sort_keys=True) + "\n")
    _sync(target)
    _sync(folder)


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _empty(url: URL) -> StorageUnavailable:
    return StorageUnavailable(
        f"The database {address_of(url)} is empty: there is nothing to back up."
    )
