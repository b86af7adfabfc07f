"""Engines with the sample tables, and storage threads on them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from bot.storage.engine import make_engine
from bot.storage.threads import StorageThreads
from tests.databases import PostgresqlServer
from tests.real_office import found_office
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
        place = Place(
            f"sqlite:///{tmp_path / 'tettpa.db'}", tmp_path, f"sqlite:///{tmp_path / 'other.db'}"
        )
        found_office(place.url)
        yield place
        return
    request.getfixturevalue("programs_on_path")
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    founded = server.template("founded_office", found_office)
    addresses = [server.fresh_database(template=founded), server.fresh_database()]
    yield Place(addresses[0], tmp_path, addresses[1])
    for address in addresses:
        server.drop_database(address)


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    url = f"sqlite:///{tmp_path / 'tettpa.db'}"
    found_office(url)
    return Place(url, tmp_path, f"sqlite:///{tmp_path / 'other.db'}")
