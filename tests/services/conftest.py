"""Rehearsals on databases that were staged once and are copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import Cast
from tests.databases import PostgresqlServer
from tests.rehearsal import Rehearsal, rehearse
from tests.staging import stage


@pytest.fixture(scope="session")
def staged_sqlite(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    folder = tmp_path_factory.mktemp("staged")
    return folder, stage(f"sqlite:///{folder / 'tettpa.db'}")


@pytest.fixture(scope="session")
def staged_postgresql(postgresql_server: PostgresqlServer) -> tuple[str, Cast]:
    casts: list[Cast] = []
    name = postgresql_server.template(lambda address: casts.append(stage(address)))
    return name, casts[0]


def _ended_well(rehearsal: Rehearsal) -> None:
    """Nothing may fail on the way unless the test is about that, and clears it."""
    assert rehearsal.failures == []


@pytest.fixture
def rehearsal(staged_sqlite: tuple[Path, Cast], tmp_path: Path) -> Iterator[Rehearsal]:
    """On SQLite: for what does not depend on the database."""
    folder, cast = staged_sqlite
    place = tmp_path / "office"
    shutil.copytree(folder, place)
    with rehearse(f"sqlite:///{place / 'tettpa.db'}", cast=cast) as opened:
        yield opened
        _ended_well(opened)


@pytest.fixture
def postgresql_rehearsal(
    staged_postgresql: tuple[str, Cast], postgresql_server: PostgresqlServer
) -> Iterator[Rehearsal]:
    name, cast = staged_postgresql
    address = postgresql_server.fresh_database(template=name)
    with rehearse(address, cast=cast) as opened:
        yield opened
        _ended_well(opened)
    postgresql_server.drop_database(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def rehearsal_on_both(request: pytest.FixtureRequest) -> Rehearsal:
    """On each kind of database: for what rests on unique keys, claims and partial indexes."""
    fixture = "rehearsal" if request.param == "sqlite" else "postgresql_rehearsal"
    found: Rehearsal = request.getfixturevalue(fixture)
    return found
