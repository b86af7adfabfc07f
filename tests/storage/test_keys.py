"""The key store on both databases: sealing, opening, and destroying for good."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from bot.domain.errors import BadSetting, KeyDestroyed, NotFound, SealBroken, StorageUnavailable
from bot.storage.engine import make_engine
from bot.storage.keys import KeyStore, derive_master_key, key_store_url
from bot.storage.threads import StorageThreads
from tests.storage.sample_tables import SampleUnit, write_entry
from tests.storage.stored_keys import table_file, wrapped_keys

MASTER_KEY = derive_master_key("sample secret key")
NOW = datetime(2026, 8, 3, 9, tzinfo=UTC)


@pytest.fixture
def key_engine(database_url: str) -> Engine:
    return make_engine(key_store_url(database_url), pool_size=2)


@pytest.fixture
def keys(key_engine: Engine) -> Iterator[KeyStore]:
    store = KeyStore(key_engine, master_key=MASTER_KEY, clock=lambda: NOW)
    store.ensure_schema()
    yield store
    store.close()


@pytest.fixture
def reopened(database_url: str, keys: KeyStore) -> Iterator[KeyStore]:
    """The same keys as another process sees them, with nothing remembered."""
    store = KeyStore.beside(database_url, master_key=MASTER_KEY)
    yield store
    store.close()


def test_what_is_sealed_opens_again_also_in_another_process(
    keys: KeyStore, reopened: KeyStore
) -> None:
    key_id = keys.create()

    sealed = keys.seal(key_id, "Jeg kommer ikke i dag 💬".encode(), context="answer:7")

    assert reopened.open(key_id, sealed, context="answer:7").decode() == "Jeg kommer ikke i dag 💬"
    assert b"kommer" not in sealed
    assert sealed != keys.seal(key_id, "Jeg kommer ikke i dag 💬".encode(), context="answer:7")


def test_a_sealed_text_opens_only_with_its_key_and_its_context(keys: KeyStore) -> None:
    mine, other = keys.create(), keys.create()
    sealed = keys.seal(mine, b"sample", context="answer:7")

    with pytest.raises(SealBroken, match=mine):
        keys.open(mine, sealed, context="answer:8")
    with pytest.raises(SealBroken, match=other):
        keys.open(other, sealed, context="answer:7")


@pytest.mark.parametrize("position", [0, 1, 13, -1], ids=["version", "nonce", "text", "tag"])
def test_a_changed_byte_is_noticed(keys: KeyStore, position: int) -> None:
    key_id = keys.create()
    sealed = bytearray(keys.seal(key_id, b"sample", context="answer:7"))

    sealed[position] ^= 1

    with pytest.raises(SealBroken):
        keys.open(key_id, bytes(sealed), context="answer:7")


def test_a_truncated_text_is_noticed(keys: KeyStore) -> None:
    key_id = keys.create()
    sealed = keys.seal(key_id, b"sample", context="answer:7")

    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            keys.open(key_id, sealed[:length], context="answer:7")


def test_a_destroyed_key_opens_and_seals_nothing_more(keys: KeyStore, reopened: KeyStore) -> None:
    key_id, other = keys.create(), keys.create()
    sealed = keys.seal(key_id, b"sample", context="answer:7")
    of_other = keys.seal(other, b"sample", context="answer:8")

    keys.destroy(key_id)
    keys.destroy(key_id)

    for store in (keys, reopened):
        with pytest.raises(KeyDestroyed):
            store.open(key_id, sealed, context="answer:7")
        with pytest.raises(KeyDestroyed):
            store.seal(key_id, b"more", context="answer:9")
        assert store.open(other, of_other, context="answer:8") == b"sample"
        assert [(stone.key_id, stone.destroyed_at) for stone in store.tombstones()] == [
            (key_id, NOW)
        ]


def test_a_destroyed_key_is_found_nowhere_in_the_files(sqlite_url: str, tmp_path: Path) -> None:
    keys = KeyStore.beside(sqlite_url, master_key=MASTER_KEY)
    keys.ensure_schema()
    ids = [keys.create() for _ in range(50)]
    wrapped = wrapped_keys(keys._engine)
    gone = ids[10:20]

    before = _in_files(tmp_path, [wrapped[key_id] for key_id in ids])
    for key_id in gone:
        keys.destroy(key_id)
    after = _in_files(tmp_path, [wrapped[key_id] for key_id in ids])

    keys.close()
    assert before == [True] * 50
    assert after == [key_id not in gone for key_id in ids]


def test_a_destroyed_key_is_found_nowhere_in_the_table_of_postgresql(postgresql_url: str) -> None:
    keys = KeyStore.beside(postgresql_url, master_key=MASTER_KEY)
    keys.ensure_schema()
    ids = [keys.create() for _ in range(50)]
    wrapped = wrapped_keys(keys._engine)
    gone = ids[40:]

    before = table_file(keys._engine)
    for key_id in gone:
        keys.destroy(key_id)
    after = table_file(keys._engine)

    keys.close()
    assert [wrapped[key_id] in before for key_id in ids] == [True] * 50
    assert [wrapped[key_id] in after for key_id in ids] == [key_id not in gone for key_id in ids]


def test_a_key_is_gone_though_somebody_looked_while_it_was_destroyed(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = KeyStore.beside(postgresql_url, master_key=MASTER_KEY)
    keys.ensure_schema()
    key_id = keys.create()
    wrapped = wrapped_keys(keys._engine)[key_id]
    engine = make_engine(postgresql_url)
    looking = engine.connect()
    looking.execute(text("SELECT txid_current()"))  # REPEATABLE READ: its view of all tables stays
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        looking.close()

    monkeypatch.setattr("bot.storage.old_versions._sleep", wait)
    keys.destroy(key_id)

    after = table_file(keys._engine)
    engine.dispose()
    keys.close()
    assert waits
    assert wrapped not in after


def test_a_key_that_a_long_transaction_may_see_is_not_said_to_be_gone(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.old_versions.LOOKS", 2)
    monkeypatch.setattr("bot.storage.old_versions.LOOK_AGAIN_S", 0.01)
    keys = KeyStore.beside(postgresql_url, master_key=MASTER_KEY)
    keys.ensure_schema()
    key_id = keys.create()
    engine = make_engine(postgresql_url)

    with engine.connect() as looking:
        looking.execute(text("SELECT txid_current()"))
        with pytest.raises(StorageUnavailable, match="destroy the key once more"):
            keys.destroy(key_id)
    keys.destroy(key_id)

    engine.dispose()
    keys.close()


def test_unknown_keys_are_told_from_destroyed_ones(keys: KeyStore) -> None:
    for act in (
        lambda: keys.destroy("0" * 32),
        lambda: keys.seal("0" * 32, b"sample", context="answer:7"),
    ):
        with pytest.raises(NotFound, match="There is no key 0000") as refused:
            act()
        assert not isinstance(refused.value, KeyDestroyed)


def test_another_secret_key_is_noticed_at_the_start(keys: KeyStore, database_url: str) -> None:
    keys.create()
    wrong = KeyStore.beside(database_url, master_key=derive_master_key("another secret key"))

    with pytest.raises(
        BadSetting, match=r"^TETTPA_SECRET_KEY is not the one .* put the former one back"
    ):
        wrong.ensure_schema()

    wrong.close()


def test_the_master_key_of_a_secret_stays_the_same_for_ever() -> None:
    # Stored keys are wrapped with it: a change here locks everybody out.
    assert derive_master_key("sample secret key").hex() == (
        "8b208b1ec3c8b054c5805d8ce7a6ae9cd7a442c73dd50b536dfc9c65a98ebcaf"
    )


def test_many_threads_make_and_use_keys_at_once(keys: KeyStore) -> None:
    def make_and_use(number: int) -> bytes:
        key_id = keys.create()
        sealed = keys.seal(key_id, str(number).encode(), context="answer")
        return keys.open(key_id, sealed, context="answer")

    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(make_and_use, range(80)))

    assert opened == [str(number).encode() for number in range(80)]


def test_a_key_made_inside_a_unit_is_there_even_if_the_unit_fails(
    keys: KeyStore, engine: Engine
) -> None:
    made: list[str] = []

    def make_key_then_fail(unit: SampleUnit) -> None:
        write_entry(unit, 1)
        made.append(keys.create())
        raise NotFound("No.")

    with (
        StorageThreads(engine, make_unit=SampleUnit) as storage,
        pytest.raises(NotFound),
    ):
        storage.run_sync(make_key_then_fail)

    assert keys.seal(made[0], b"sample", context="answer")


def test_the_schema_is_made_once_however_many_processes_start(database_url: str) -> None:
    stores = [KeyStore.beside(database_url, master_key=MASTER_KEY) for _ in range(4)]
    together = threading.Barrier(4, timeout=10)

    def start(store: KeyStore) -> None:
        together.wait()
        store.ensure_schema()
        store.ensure_schema()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(start, store) for store in stores]:
            done.result()

    assert stores[0].tombstones() == []
    for store in stores:
        store.close()


def _in_files(folder: Path, needles: list[bytes]) -> list[bool]:
    content = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    return [needle in content for needle in needles]


def test_many_keys_are_fetched_with_one_question(keys: KeyStore, reopened: KeyStore) -> None:
    made = [keys.create() for _ in range(5)]
    sealed = [keys.seal(key_id, b"sample", context="c") for key_id in made]
    keys.destroy(made[0])

    reopened.fetch([*made, "never there"])
    asked: list[str] = []
    event.listen(
        reopened._engine, "before_cursor_execute", lambda _c, _u, sql, *_: asked.append(sql)
    )
    opened = [
        reopened.open(key_id, words, context="c")
        for key_id, words in zip(made[1:], sealed[1:], strict=True)
    ]

    assert opened == [b"sample"] * 4
    assert asked == []
    with pytest.raises(KeyDestroyed):
        reopened.open(made[0], sealed[0], context="c")
