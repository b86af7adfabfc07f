"""Many rows as one parameter of PostgreSQL mean what they mean one by one: values, order, errors."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError

from bot.domain.errors import NaiveDatetime
from bot.storage.columns import Instant, JsonText
from bot.storage.repositories.shapes import inserting, updating
from bot.storage.statements import Statement
from tests.statement_counts import asked

MOMENT = datetime(2026, 3, 3, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
EARLY = datetime(1900, 1, 1, tzinfo=UTC).replace(tzinfo=None)
LATE = datetime(2200, 1, 1, tzinfo=UTC).replace(tzinfo=None)

metadata = MetaData()
sample = Table(
    "given_sample",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(20), unique=True),
    Column("big", BigInteger),
    Column("at", Instant),
    Column("is_on", Boolean),
    Column("options", JsonText),
    Column("content", LargeBinary),
)
NAMES = ("name", "big", "at", "is_on", "options", "content")
TOGETHER = inserting(sample, NAMES, "", once=False)
TOGETHER_ONCE = inserting(sample, NAMES, "", once=True)
ONE_BY_ONE = Statement(lambda _: insert(sample).values({name: bindparam(name) for name in NAMES}))


@pytest.fixture
def db(postgresql_engine: Engine) -> Iterator[Connection]:
    with postgresql_engine.begin() as connection:
        metadata.create_all(connection)
    with postgresql_engine.connect() as connection, connection.begin():
        yield connection


def row(name: str | None, **more: Any) -> dict[str, Any]:
    values = {"big": 2**62, "at": MOMENT, "is_on": True, "options": ["a"], "content": b"\x00\xff"}
    return {"name": name, **values, **more}


def stored(db: Connection) -> list[tuple[Any, ...]]:
    query = select(*(sample.c[name] for name in NAMES)).order_by(sample.c.id)
    return [tuple(found) for found in db.execute(query)]


texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
anything = st.fixed_dictionaries(
    {
        "big": st.none() | st.integers(-(2**63), 2**63 - 1),
        "at": st.none()
        | st.datetimes(
            min_value=EARLY,
            max_value=LATE,
            timezones=st.sampled_from((UTC, timezone(timedelta(hours=-9)))),
        ),
        "is_on": st.none() | st.booleans(),
        "options": st.none() | st.lists(texts | st.none() | st.booleans(), max_size=3),
        "content": st.none() | st.binary(max_size=40),
    }
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.dictionaries(texts, anything, min_size=2, max_size=6))
def test_whatever_is_given_is_stored_as_one_by_one(db: Connection, rows: dict[str, Any]) -> None:
    many = [{"name": name, **values} for name, values in rows.items()]
    db.execute(sample.delete())
    for one in many:
        ONE_BY_ONE.count(db, one)
    expected = stored(db)
    db.execute(sample.delete())

    with asked() as seen:
        changed = TOGETHER.count_many(db, many)

    assert changed == len(many)
    assert stored(db) == expected
    assert len(seen) == 1


def test_what_is_there_already_is_left_out_and_not_counted(db: Connection) -> None:
    TOGETHER_ONCE.count_many(db, [row("b")])

    new = TOGETHER_ONCE.count_many(db, [row("a"), row("b"), row("c"), row("c")])

    assert new == 2
    assert [name for name, *_ in stored(db)] == ["b", "a", "c"]


def test_each_row_gets_the_changes_that_are_its_own(db: Connection) -> None:
    TOGETHER.count_many(db, [row("a"), row("b"), row("c")])
    numbers = dict(db.execute(select(sample.c.name, sample.c.id)).all())
    statement = updating(sample, ("big", "content"), "id")

    changed = statement.count_many(
        db,
        [
            {"which": numbers["c"], "big": 3, "content": None},
            {"which": numbers["a"], "big": 1, "content": b"one"},
            {"which": -1, "big": 9, "content": b""},
        ],
    )

    assert changed == 2
    assert [(name, big, content) for name, big, *_, content in stored(db)] == [
        ("a", 1, b"one"),
        ("b", 2**62, b"\x00\xff"),
        ("c", 3, None),
    ]


def test_two_changes_of_one_row_both_happen_in_their_order(db: Connection) -> None:
    TOGETHER.count_many(db, [row("a"), row("b")])
    numbers = dict(db.execute(select(sample.c.name, sample.c.id)).all())

    changed = updating(sample, ("big",), "id").count_many(
        db, [{"which": numbers["a"], "big": big} for big in (1, 2, 3)]
    )

    assert changed == 3
    assert {name: big for name, big, *_ in stored(db)} == {"a": 3, "b": 2**62}


def test_a_text_that_is_too_long_is_refused_and_not_cut(db: Connection) -> None:
    with pytest.raises(DataError):
        TOGETHER.count_many(db, [row("a"), row("b" * 21)])


def test_a_text_that_no_table_takes_is_the_databases_error(db: Connection) -> None:
    with pytest.raises(DBAPIError):
        TOGETHER.count_many(db, [row("a"), row("b\x00")])


def test_a_moment_without_a_zone_is_refused(db: Connection) -> None:
    with pytest.raises(NaiveDatetime):
        TOGETHER.count_many(db, [row("a"), row("b", at=MOMENT.replace(tzinfo=None))])


def test_half_a_character_is_refused_and_nothing_is_written(db: Connection) -> None:
    with pytest.raises(TypeError):
        TOGETHER.count_many(db, [row("a"), row("b\ud800")])

    assert stored(db) == []


def test_what_json_does_not_know_is_refused(db: Connection) -> None:
    with pytest.raises(TypeError):
        TOGETHER.count_many(db, [row("a"), row("b", big=object())])
