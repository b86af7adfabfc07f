"""Destroying a key on PostgreSQL while others read keys: nobody queues behind it for long."""

import pytest
from sqlalchemy import Connection, text

from bot.domain.errors import StorageUnavailable
from bot.storage.engine import make_engine
from bot.storage.keys import KeyStore, derive_master_key
from bot.storage.old_versions import _write_anew
from tests.databases import PostgresqlServer
from tests.storage.stored_keys import table_file, wrapped_keys

MASTER_KEY = derive_master_key("sample secret key")


def test_a_key_that_somebody_goes_on_reading_is_not_said_to_be_gone_and_holds_up_nobody(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.old_versions.LOOKS", 2)
    monkeypatch.setattr("bot.storage.old_versions.LOOK_AGAIN_S", 0.01)
    monkeypatch.setattr("bot.storage.old_versions.LOCK_WAIT_MS", 20)
    keys = KeyStore.beside(postgresql_url, master_key=MASTER_KEY)
    keys.ensure_schema()
    key_id, other = keys.create(), keys.create()
    engine = make_engine(postgresql_url).execution_options(isolation_level="READ COMMITTED")

    with engine.connect() as reading:
        # As a unit that has read keys and is not at its end: it holds the table, and sees nothing old.
        reading.execute(text("SELECT count(*) FROM keys.sealing_key"))
        with pytest.raises(StorageUnavailable, match="destroy the key once more"):
            keys.destroy(key_id)
        unfinished = [stone.destroyed_at for stone in keys.tombstones()]
        sealed = keys.seal(other, b"sample", context="answer:7")
    keys.destroy(key_id)

    assert unfinished == [None]
    assert keys.tombstones()[0].destroyed_at is not None
    assert keys.open(other, sealed, context="answer:7") == b"sample"
    engine.dispose()
    keys.close()


def test_whoever_looks_while_another_database_is_written_to_keeps_no_key_alive(
    postgresql_server: PostgresqlServer, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = KeyStore.beside(postgresql_url, master_key=MASTER_KEY)
    keys.ensure_schema()
    key_id = keys.create()
    beside = postgresql_server.fresh_database()
    neighbour = make_engine(beside)
    ours = make_engine(postgresql_url)
    writing, looking = neighbour.connect(), ours.connect()
    writing.execute(text("SELECT txid_current()"))

    def look_late(connection: Connection, table: str) -> None:
        # Between the question who may still look and the rewriting: a view as old as that writer.
        looking.execute(text("SELECT 1"))
        _write_anew(connection, table)

    monkeypatch.setattr("bot.storage.old_versions._write_anew", look_late)
    monkeypatch.setattr("bot.storage.old_versions._sleep", lambda _: writing.close())
    wrapped = wrapped_keys(keys._engine)[key_id]
    keys.destroy(key_id)

    kept = table_file(keys._engine)
    looking.close()
    for engine in (neighbour, ours):
        engine.dispose()
    keys.close()
    postgresql_server.drop_database(beside)
    assert wrapped not in kept
