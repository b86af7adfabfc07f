"""Statements compiled once mean what they mean through SQLAlchemy: values, errors, transactions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, bindparam, insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import NaiveDatetime
from bot.storage.columns import Instant, JsonText
from bot.storage.faults import Fault, fault_of
from bot.storage.statements import Statement

MOMENT = datetime(2026, 3, 3, 9, tzinfo=timezone(timedelta(hours=1)))

metadata = MetaData()
sample = Table(
    "compiled_sample",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(20), unique=True),
    Column("at", Instant),
    Column("is_on", Boolean, nullable=False),
    Column("options", JsonText),
)
ADD = Statement(
    lambda _: (
        insert(sample)
        .values({name: bindparam(name) for name in ("name", "at", "is_on", "options")})
        .returning(sample.c.id)
    )
)
BY_NAME = Statement(
    lambda _: (
        select(sample.c.at, sample.c.is_on, sample.c.options)
        .where(sample.c.name == bindparam("name"), sample.c.is_on.is_(True))
        .limit(1)
    )
)


@pytest.fixture
def db(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        metadata.create_all(connection)
    with engine.connect() as connection, connection.begin():
        yield connection


def row(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "at": MOMENT, "is_on": True, "options": ["a", "b"], **more}


def test_values_go_in_and_come_out_as_through_sqlalchemy(db: Connection) -> None:
    ADD.first(db, row("one"))

    compiled = BY_NAME.first(db, {"name": "one"})
    plain = db.execute(
        select(sample.c.at, sample.c.is_on, sample.c.options).where(sample.c.name == "one")
    ).one()

    assert compiled is not None
    assert list(compiled) == list(plain) == [MOMENT.astimezone(UTC), True, ["a", "b"]]


def test_what_is_not_there_is_none(db: Connection) -> None:
    ADD.first(db, row("off", is_on=False))

    assert BY_NAME.first(db, {"name": "off"}) is None
    assert BY_NAME.rows(db, {"name": "nobody"}) == []


def test_many_rows_go_in_with_one_call_and_are_counted(db: Connection) -> None:
    many = Statement(
        lambda _: insert(sample).values(
            {name: bindparam(name) for name in ("name", "at", "is_on", "options")}
        )
    )

    stored = many.count_many(db, [row("one"), row("two"), row("three", at=None)])

    assert stored == 3
    assert db.execute(select(sample.c.name).order_by(sample.c.id)).scalars().all() == [
        "one",
        "two",
        "three",
    ]


def test_a_unique_key_that_is_taken_is_sqlalchemys_error_without_the_values(
    db: Connection,
) -> None:
    ADD.first(db, row("one"))

    savepoint = db.begin_nested()
    with pytest.raises(IntegrityError) as refused:
        ADD.first(db, row("one", options=["a secret"]))
    savepoint.rollback()

    assert fault_of(refused.value, db) is Fault.OWN
    assert "a secret" not in str(refused.value)


def test_a_moment_without_a_zone_is_refused(db: Connection) -> None:
    with pytest.raises(NaiveDatetime):
        ADD.first(db, row("one", at=datetime(2026, 3, 3, 9)))  # noqa: DTZ001 (the mistake)


def test_it_belongs_to_the_transaction_at_hand(engine: Engine) -> None:
    with engine.begin() as connection:
        metadata.create_all(connection)
    with engine.connect() as connection:
        transaction = connection.begin()
        ADD.first(connection, row("one"))
        transaction.rollback()

    with engine.connect() as connection:
        assert connection.execute(select(sample.c.id)).all() == []


def test_without_a_transaction_it_begins_one_and_leaves_it_to_be_committed(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        metadata.create_all(connection)
    with engine.connect() as connection:
        ADD.first(connection, row("one"))

    with engine.connect() as connection:
        assert connection.execute(select(sample.c.id)).all() == []


def test_a_connection_that_died_is_told_as_lost(postgresql_engine: Engine) -> None:
    with postgresql_engine.begin() as connection:
        metadata.create_all(connection)
    with postgresql_engine.connect() as connection, postgresql_engine.connect() as other:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        other.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
        other.commit()

        with pytest.raises(Exception, match=r"terminat|closed|lost") as died:
            BY_NAME.rows(connection, {"name": "one"})

        assert fault_of(died.value) is Fault.LOST
        assert connection.invalidated
