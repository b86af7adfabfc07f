"""Fixtures every room's tests share: databases of both kinds, and no network; and their order."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import PostgresqlServer
from tests.network_guard import refuse_network
from tests.order import dealt_out, is_long
from tests.packs import read_once


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    given: dict[str, int] = getattr(config, "workerinput", {})
    if "workercount" in given:
        long = [item for item in items if is_long(item.nodeid)]
        short = [item for item in items if not is_long(item.nodeid)]
        items[:] = dealt_out(long, short, given["workercount"])


def pytest_collection_finish() -> None:
    # Modules and collected tests stay to the end; nobody need look through them for garbage.
    gc.collect()
    gc.freeze()


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
