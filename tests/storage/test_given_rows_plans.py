"""How PostgreSQL finds the rows that are changed together: by their numbers, whatever it has counted."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.storage.engine import make_engine
from bot.storage.given_rows import GIVEN, NUMBERS, as_json
from bot.storage.repositories.inbox import _PROCESSED
from bot.storage.repositories.outbox import _SENT
from bot.storage.repositories.shapes import updating
from bot.storage.statements import Statement
from bot.storage.tables.base import metadata
from bot.storage.tables.messages import inbox

AT = "2026-03-03T09:00:00+00:00"
ADD_UPDATES = """
    INSERT INTO inbox (office_id, update_id, chat_id, received_at, payload, state, attempts)
    SELECT 1, number, number, now(), 'sample', '{state}', 0 FROM generate_series({first}, {last}) number
"""


@pytest.fixture
def db(postgresql_url: str) -> Iterator[Connection]:
    """Five thousand updates that are done, counted by the server, and as many that came since."""
    engine = make_engine(postgresql_url)
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.exec_driver_sql("ALTER TABLE inbox DISABLE TRIGGER ALL")
        connection.exec_driver_sql(ADD_UPDATES.format(state="processed", first=1, last=5000))
        connection.exec_driver_sql("ANALYZE inbox")
        connection.exec_driver_sql(ADD_UPDATES.format(state="pending", first=5001, last=10_000))
        yield connection
    engine.dispose()


def plan_of(db: Connection, statement: Statement, rows: list[dict[str, Any]], which: str) -> str:
    assert statement._for_many is not None
    compiled = statement._for_many().compile(dialect=db.dialect)
    given = {GIVEN: as_json(rows), NUMBERS: [row[which] for row in rows]}
    plan = db.exec_driver_sql(f"EXPLAIN {compiled}", {**compiled.params, **given})
    return "\n".join(plan.scalars())


def test_updates_are_marked_without_reading_all_that_wait(db: Connection) -> None:
    plan = plan_of(db, _PROCESSED, [{"number": n, "at": AT} for n in range(5001, 5061)], "number")

    assert "pk_inbox" in plan
    assert "ix_inbox_pending" not in plan
    assert "Seq Scan" not in plan


def test_a_few_rows_are_changed_without_reading_the_table(db: Connection) -> None:
    change = updating(inbox, ("attempts",), "seq")

    plan = plan_of(db, change, [{"which": n, "attempts": 1} for n in (5001, 5002)], "which")

    assert "pk_inbox" in plan
    assert "Seq Scan" not in plan


def test_messages_are_marked_by_their_numbers(db: Connection) -> None:
    db.exec_driver_sql("SET LOCAL enable_seqscan TO off")  # the table is empty

    row = {"message_id": 1, "at": AT, "number": 1}
    plan = plan_of(db, _SENT, [row, {**row, "message_id": 2}], "message_id")

    assert "pk_outbox" in plan
