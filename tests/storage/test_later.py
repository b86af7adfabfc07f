"""What a transaction writes later is there whenever somebody looks, and never for another one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import NotFound, RuleBroken
from bot.domain.messages import FreeText, Notice
from bot.services.speaking import Choices, Sending, button_rows, say_text
from bot.storage.engine import make_engine
from bot.storage.later import write_later
from bot.storage.statements import Statement
from bot.storage.threads import StorageThreads
from tests.offices_on_both import KINDS, office_on
from tests.real_office import NOON, OFFICE, RealOffice
from tests.statement_counts import asked
from tests.storage.sample_tables import SampleUnit, count_entries, entries, entry, metadata

ADD = Statement(lambda _: insert(entry).values(number=bindparam("n"), text=bindparam("words")))
ADD_ONCE = Statement(
    lambda kind: (
        (postgresql if kind == "postgresql" else sqlite)
        .insert(entry)
        .values(number=bindparam("n"), text=bindparam("words"))
        .on_conflict_do_nothing()
    )
)
CHANGE = Statement(
    lambda _: update(entry).where(entry.c.number == bindparam("n")).values(text=bindparam("words"))
)
LENGTHEN = Statement(
    lambda _: (
        update(entry)
        .where(entry.c.number == bindparam("n"))
        .values(text=entry.c.text + bindparam("words"))
    )
)
COUNT = Statement(lambda _: select(func.count(entry.c.number)))
TEXT_OF = Statement(lambda _: select(entry.c.text).where(entry.c.number == bindparam("n")))


@pytest.fixture
def storage(engine: Engine) -> Iterator[StorageThreads]:
    """With one thread that writes, so that units follow each other on one connection."""
    with StorageThreads(
        engine, make_unit=SampleUnit, writers=1, retry_delays=(0.0,) * 6
    ) as threads:
        yield threads


def later(
    unit: SampleUnit, statement: Statement, number: int, words: str = "sample", **more: Any
) -> None:
    write_later(unit.db, statement, {"n": number, "words": words}, table=entry.name, **more)


def add_later(unit: SampleUnit, *numbers: int) -> None:
    for number in numbers:
        later(unit, ADD, number)


def texts(unit: SampleUnit) -> dict[int, str]:
    return {row.number: row.text for row in unit.db.execute(select(entry))}


def test_what_is_stored_later_is_there_after_the_commit(storage: StorageThreads) -> None:
    storage.run_sync(add_later, 1, 2, 3)

    assert storage.read_sync(entries) == [1, 2, 3]


def test_rows_that_nobody_looks_for_go_in_with_one_call(
    postgresql_engine: Engine,
) -> None:
    with StorageThreads(postgresql_engine, make_unit=SampleUnit) as storage:
        storage.run_sync(count_entries)

        with asked() as seen:
            storage.run_sync(add_later, *range(50))

    assert [sql.split(" (")[0] for sql in seen] == ["INSERT INTO entry"]


def test_it_is_found_by_whatever_the_same_unit_asks(storage: StorageThreads) -> None:
    def look(unit: SampleUnit) -> list[Any]:
        add_later(unit, 1)
        compiled = COUNT.rows(unit.db, {})[0][0]
        add_later(unit, 2)
        through_sqlalchemy = count_entries(unit)
        add_later(unit, 3)
        in_words = unit.db.exec_driver_sql("SELECT count(*) FROM entry").scalar()
        return [compiled, through_sqlalchemy, in_words]

    assert storage.run_sync(look) == [1, 2, 3]


def test_changes_of_one_row_keep_their_order(storage: StorageThreads) -> None:
    def change(unit: SampleUnit) -> None:
        later(unit, ADD, 1, "a")
        later(unit, LENGTHEN, 1, "b")
        later(unit, CHANGE, 1, "c")
        later(unit, CHANGE, 1, "d")
        later(unit, LENGTHEN, 1, "e")
        later(unit, LENGTHEN, 1, "f")

    storage.run_sync(change)

    assert storage.read_sync(texts) == {1: "def"}


def test_a_change_by_sqlalchemy_keeps_its_place_among_them(storage: StorageThreads) -> None:
    def change(unit: SampleUnit) -> None:
        later(unit, ADD, 1, "a")
        unit.db.execute(update(entry).values(text="b"))
        later(unit, LENGTHEN, 1, "c")

    storage.run_sync(change)

    assert storage.read_sync(texts) == {1: "bc"}


def test_a_row_that_is_gone_is_not_found_and_nothing_is_kept(storage: StorageThreads) -> None:
    def change_what_is_gone(unit: SampleUnit) -> None:
        add_later(unit, 1, 2)
        unit.db.execute(delete(entry).where(entry.c.number == 1))
        for number in (1, 2):
            later(unit, CHANGE, number, "changed", must_change=True)

    with pytest.raises(NotFound):
        storage.run_sync(change_what_is_gone)

    assert storage.read_sync(entries) == []


def test_who_takes_anothers_failure_for_an_answer_does_not_commit(storage: StorageThreads) -> None:
    def ask_in_between(unit: SampleUnit) -> str:
        later(unit, CHANGE, 404, "changed", must_change=True)
        add_later(unit, 1)
        try:
            unit.db.execute(select(entry)).all()
        except NotFound:
            return "there is none"
        return "found"

    with pytest.raises(NotFound):
        storage.run_sync(ask_in_between)

    assert storage.read_sync(entries) == []


def test_a_unit_that_raises_leaves_nothing_to_the_next(storage: StorageThreads) -> None:
    def fail(unit: SampleUnit) -> None:
        add_later(unit, 1)
        raise RuleBroken("sample")

    with pytest.raises(RuleBroken):
        storage.run_sync(fail)
    storage.run_sync(add_later, 2)

    assert storage.read_sync(entries) == [2]


def test_a_key_that_is_taken_fails_the_unit_and_no_other(storage: StorageThreads) -> None:
    storage.run_sync(add_later, 1)

    # Whoever looked first would have seen it: this is no race but the unit's own fault.
    with pytest.raises(IntegrityError):
        storage.run_sync(add_later, 7, 1, 8)
    storage.run_sync(add_later, 2)

    assert storage.read_sync(entries) == [1, 2]


@pytest.mark.parametrize("statement", [ADD, ADD_ONCE], ids=["at all events", "once"])
def test_a_key_taken_meanwhile_makes_the_unit_run_again(
    postgresql_engine: Engine, statement: Statement
) -> None:
    other = make_engine(postgresql_engine.url)
    runs: list[bool] = []

    def store_what_is_missing(unit: SampleUnit) -> None:
        is_there = count_entries(unit) > 0
        runs.append(is_there)
        if len(runs) == 1:
            with other.begin() as elsewhere:
                elsewhere.execute(insert(entry).values(number=1, text="theirs"))
        if not is_there:
            later(unit, statement, 1, "ours")

    with StorageThreads(
        postgresql_engine, make_unit=SampleUnit, retry_delays=(0.0, 0.0)
    ) as storage:
        storage.run_sync(store_what_is_missing)
        kept = storage.read_sync(texts)
    other.dispose()

    assert runs == [False, True]
    assert kept == {1: "theirs"}


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_erased_loses_what_was_stored_of_them_a_moment_before(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    def store_and_erase(uow: Any, office: RealOffice) -> None:
        amina = uow.participants.get(office.amina.id)
        uow.participants.save(replace(amina, first_name="Amina Changed"))
        uow.free_texts.store(FreeText(OFFICE, amina.id, NOON, "text", "a sample"))
        uow.notices.store_once(
            Notice(OFFICE, office.carol.id, "key", "kind", NOON, NOON, participant_id=amina.id)
        )
        how = Sending(rule="sample", key="sample", is_awaited=False)
        say_text(uow, amina, "a sample", how=how)
        uow.erasure.erase(amina.id, at=uow.now)

    with office_on(kind, request, tmp_path) as office:
        office.do(store_and_erase, office)

        assert office.rows("free_texts") == office.rows("outbox") == []
        assert [notice.participant_id for notice in office.rows("notices")] == [None]
        assert office.rows("participants")[0].first_name == ""


def _ask_twice(uow: Any, office: RealOffice) -> None:
    uow.questions.reserve_numbers(3)
    for key in ("one", "two"):
        rows = button_rows(uow, office.amina, ("pause_week",), ("cancel",))
        choices = Choices("pause", key, rows)
        say_text(uow, office.amina, "Pause?", how=Sending(key=key), choices=choices)


@pytest.mark.parametrize("kind", KINDS)
def test_what_refers_to_a_row_that_waits_finds_it(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    with office_on(kind, request, tmp_path) as office:
        office.do(_ask_twice, office)

        asked_by = {row.question_id: row.key for row in office.rows("outbox")}
        assert asked_by == {row.id: row.subject for row in office.rows("questions")}
        assert sorted(asked_by.values()) == ["one", "two"]


@pytest.mark.parametrize("kind", KINDS)
def test_reserved_numbers_rise_as_the_rows_are_added(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    with office_on(kind, request, tmp_path) as office:
        office.do(_ask_twice, office)

        # The newest question is the one with the highest number: typed words answer that.
        assert [row.subject for row in office.rows("questions")] == ["one", "two"]


def test_a_commit_that_nobody_prepared_takes_it_along(database_url: str) -> None:
    engine = make_engine(database_url)

    with engine.begin() as db:
        metadata.create_all(db)
        add_later(SampleUnit(db), 1)
    with engine.connect() as db:
        kept = entries(SampleUnit(db))
    engine.dispose()

    assert kept == [1]


def test_a_unit_that_only_reads_is_refused_what_it_would_write_later(
    storage: StorageThreads,
) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        storage.read_sync(add_later, 1)

    assert storage.read_sync(entries) == []
