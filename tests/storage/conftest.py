"""Engines with the sample tables, and storage threads on them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from bot.app import upgrade_database
from bot.storage.engine import make_engine
from bot.storage.threads import StorageThreads
from tests.copied_databases import copied_into, copied_on
from tests.databases import PostgresqlServer
from tests.real_office import found_office
from tests.staging import settings_for
from tests.storage.backup_place import Place
from tests.storage.sample_tables import SampleUnit, counter, metadata


def sample_engine(address: str) -> Iterator[Engine]:
    engine = make_engine(address)
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(insert(counter).values(name="sample", value=0))
    yield engine
    engine.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    yield from sample_engine(database_url)


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    yield from sample_engine(sqlite_url)


@pytest.fixture
def postgresql_engine(postgresql_url: str) -> Iterator[Engine]:
    yield from sample_engine(postgresql_url)


@pytest.fixture
def storage(engine: Engine) -> Iterator[StorageThreads]:
    with StorageThreads(engine, make_unit=SampleUnit) as threads:
        yield threads


@pytest.fixture
def programs_on_path(postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{postgresql_server.programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "sqlite":
        yield _sqlite_place(tmp_path)
        return
    request.getfixturevalue("programs_on_path")
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    other = server.fresh_database()
    with copied_on(request.param, found_office, request, tmp_path) as address:
        yield Place(address, tmp_path, other)
    server.drop_database(other)


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    return _sqlite_place(tmp_path)


def _sqlite_place(folder: Path) -> Place:
    return Place(copied_into(folder, found_office), folder, f"sqlite:///{folder / 'other.db'}")


@pytest.fixture(params=["sqlite", "postgresql"])
def upgraded_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that is upgraded and holds nothing yet, on each kind."""
    with copied_on(request.param, _upgrade, request, tmp_path) as address:
        yield address


def _upgrade(address: str) -> None:
    upgrade_database(settings_for(address))
