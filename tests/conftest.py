"""Fixtures every room's tests share: databases of both kinds, and no network."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import PostgresqlServer
from tests.network_guard import refuse_network
from tests.packs import read_once


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    with refuse_network():
        yield


@pytest.fixture(scope="session", autouse=True)
def _packs_read_once() -> Iterator[None]:
    with read_once():
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A private server, started when the first test asks for it."""
    server = PostgresqlServer()
    yield server
    server.stop()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'tettpa.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    address = postgresql_server.fresh_database()
    yield address
    postgresql_server.drop_database(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database; each test that asks runs on both kinds."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address
