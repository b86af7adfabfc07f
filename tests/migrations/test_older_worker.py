"""A worker of an earlier release goes on during the upgrade and after it: no error, nothing lost."""

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import StorageUnavailable
from bot.storage import migrate, revisions
from bot.storage.engine import make_engine
from bot.storage.keys import derive_master_key
from bot.storage.migrate import upgrade
from bot.storage.revisions import current_revision
from tests.migrations.next_release import make_migrations
from tests.migrations.older_worker import at_work
from tests.migrations.revisions import EARLIER, REVISIONS
from tests.migrations.sample_rows import fill, reflect
from tests.staging import SECRET_KEY

MASTER_KEY = derive_master_key(SECRET_KEY)


def prepared(url: str, revision: str, *, rows: int) -> None:
    upgrade(url, master_key=MASTER_KEY, revision=revision)
    engine = make_engine(url)
    with engine.begin() as connection:
        fill(connection, reflect(connection), rows=rows)
    engine.dispose()


def lost_of(url: str, revision: str) -> list[str]:
    """Upgrade to a revision while an older worker works; what it wrote and is not there."""
    with at_work(url) as worker:
        worker.until_rounds(2)
        reached = upgrade(url, master_key=MASTER_KEY, revision=revision)
        # Two may have begun before; what comes after them is all on the new schema.
        worker.until_rounds(4)
    engine = make_engine(url)
    with engine.connect() as connection:
        lost = worker.lost(connection)
    assert reached == current_revision(engine)
    engine.dispose()
    assert len(worker.written) >= 4
    return lost


@pytest.mark.parametrize("revision", EARLIER)
def test_a_worker_of_each_earlier_release_goes_on(database_url: str, revision: str) -> None:
    prepared(database_url, revision, rows=30)

    lost = lost_of(database_url, REVISIONS[-1])

    assert lost == []


def test_a_worker_goes_on_while_the_next_release_adds_and_fills_a_column(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(database_url, REVISIONS[-1], rows=900)
    monkeypatch.setattr("bot.storage.migration_steps.BATCH_ROWS", 100)
    folder = make_migrations(tmp_path)
    monkeypatch.setattr(revisions, "migrations_folder", lambda: folder)

    lost = lost_of(database_url, "head")

    engine = make_engine(database_url)
    with engine.connect() as connection:
        outbox = reflect(connection).tables["outbox"]
        filled = [
            row.sample_length
            for row in connection.execute(outbox.select().where(outbox.c.id <= 900))
        ]
    engine.dispose()
    assert lost == []
    assert None not in filled
    assert len(filled) == 900


def test_an_upgrade_gives_way_to_whoever_holds_a_table_and_tries_again(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(postgresql_url, master_key=MASTER_KEY)
    folder = make_migrations(tmp_path)
    monkeypatch.setattr(revisions, "migrations_folder", lambda: folder)
    engine = make_engine(postgresql_url)
    holding = engine.connect()
    holding.exec_driver_sql("SELECT count(*) FROM outbox")  # an open transaction keeps its table
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        holding.close()

    monkeypatch.setattr("bot.storage.migrate.time.sleep", pause)
    reached = upgrade(postgresql_url, master_key=MASTER_KEY)

    engine.dispose()
    assert reached == "next3"
    assert len(pauses) >= 1


def test_an_upgrade_that_never_gets_its_turn_says_what_to_do(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(postgresql_url, master_key=MASTER_KEY)
    folder = make_migrations(tmp_path)
    monkeypatch.setattr(revisions, "migrations_folder", lambda: folder)
    monkeypatch.setattr(migrate, "MOST_TRIES", 1)
    monkeypatch.setattr(migrate, "PAUSE_S", 0.01)
    engine = make_engine(postgresql_url)

    with engine.connect() as holding:
        holding.exec_driver_sql("SELECT count(*) FROM outbox")
        with pytest.raises(StorageUnavailable, match="end it and repeat `tettpa db upgrade`"):
            upgrade(postgresql_url, master_key=MASTER_KEY)

    engine.dispose()


def test_an_older_worker_would_notice_a_step_that_takes_something_away(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(database_url, REVISIONS[-1], rows=3)
    folder = make_migrations(tmp_path, ['op.drop_column("occurrence", "reason")'])
    monkeypatch.setattr(revisions, "migrations_folder", lambda: folder)

    with pytest.raises(DBAPIError, match="reason"):
        lost_of(database_url, "head")
