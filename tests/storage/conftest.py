"""Engines with the sample tables, and storage threads on them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, insert

from bot.storage.engine import make_engine
from bot.storage.threads import StorageThreads
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
