"""Opening databases: addresses, pragmas, and what is said when it does not work."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.domain.errors import BadSetting, StorageUnavailable
from bot.storage.engine import ensure_reachable, make_engine, parse_url


@pytest.mark.parametrize(
    ("address", "driver"),
    [
        ("postgresql://db.example/tettpa", "postgresql+psycopg"),
        ("postgres://db.example/tettpa", "postgresql+psycopg"),
        ("postgresql+psycopg://db.example/tettpa", "postgresql+psycopg"),
        ("sqlite:///data/tettpa.db", "sqlite+pysqlite"),
    ],
)
def test_the_driver_need_not_be_named(address: str, driver: str) -> None:
    assert parse_url(address).drivername == driver


@pytest.mark.parametrize(
    "address",
    ["", "tettpa.db", "mysql://db.example/tettpa", "sqlite://", "sqlite:///:memory:"],
)
def test_an_address_of_no_use_is_refused_with_two_that_are(address: str) -> None:
    with pytest.raises(BadSetting, match=r"DATABASE_URL.*write sqlite:///folder/file.db or postgr"):
        parse_url(address)


def test_sqlite_is_set_up_to_lose_nothing_and_to_leave_no_traces(sqlite_engine: Engine) -> None:
    asked = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")

    with sqlite_engine.connect() as connection:
        settings = {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in asked}

    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 30_000,
    }


def test_the_folder_is_made_and_only_the_owner_may_read_what_is_in_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "tettpa.db"
    engine = make_engine(f"sqlite:///{file}")

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sample (number INTEGER)"))
        modes = {path.stat().st_mode & 0o777 for path in file.parent.iterdir()}

    engine.dispose()
    assert modes == {0o600}
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_reading_engine_makes_no_file(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'missing.db'}", read_only=True)

    with pytest.raises(StorageUnavailable, match=r"missing\.db does not exist: run `tettpa db"):
        ensure_reachable(engine)

    engine.dispose()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    engine = make_engine(f"sqlite:///{tmp_path / 'file' / 'tettpa.db'}")

    with pytest.raises(StorageUnavailable, match=r"tettpa\.db failed .*: check that the folder"):
        ensure_reachable(engine)


def test_postgresql_answers_in_utc_and_refuses_lost_updates(postgresql_engine: Engine) -> None:
    with postgresql_engine.connect() as connection:
        zone = connection.execute(text("SHOW timezone")).scalar_one()
        isolation = connection.execute(text("SHOW transaction_isolation")).scalar_one()

    assert (zone, isolation) == ("UTC", "repeatable read")


def test_an_error_tells_nothing_of_what_was_written(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(Exception, match="no_such") as failed:
        connection.execute(text("INSERT INTO no_such VALUES (:words)"), {"words": "secret words"})

    assert "secret words" not in str(failed.value)
