"""What runs every second reads only what is due: no query of it walks a whole table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Connection, Engine, event, text

from bot.services.delivery_results import claim_messages, recover_claims
from bot.services.plan_mending import FROM_NOW, mend_plans, note_distrust
from bot.services.ports import UnitOfWork
from bot.services.retention import OUTBOX_TEXTS_KEEP
from bot.services.sweep import is_idle, next_due_at, what_is_due
from bot.storage import statements
from bot.storage.engine import make_engine
from bot.storage.tables import metadata
from tests.real_office import NOON, OFFICE, RealOffice, open_office_at
from tests.storage.backup_place import Place

# Those that grow with the people and the years.
GROWING = ("outbox", "occurrence", "expectation", "notice", "inbox", "telegram_account")
PARTIAL = {
    str(index.name)
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}


def _drop_old(uow: UnitOfWork) -> None:
    uow.outbox.drop_bodies(ended_before=uow.now - OUTBOX_TEXTS_KEEP)


def _claim(uow: UnitOfWork) -> None:
    claim_messages(uow, OFFICE, real_now=NOON + timedelta(seconds=5), limit=5, guards_clock=True)


def _mend_plans(uow: UnitOfWork) -> None:
    note_distrust(uow)
    mend_plans(uow)


def _recover(uow: UnitOfWork) -> None:
    recover_claims(uow, OFFICE, real_now=NOON, everything=False)


@pytest.fixture
def office(place: Place) -> Iterator[RealOffice]:
    with open_office_at(place.url) as opened:
        opened.queue(opened.amina, "en")
        opened.queue(opened.amina, "to")
        yield opened


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(what_is_due, id="what is due"),
        pytest.param(next_due_at, id="when the next thing is due"),
        pytest.param(is_idle, id="whether all is done"),
        pytest.param(_claim, id="claiming messages"),
        pytest.param(_recover, id="finding senders that died"),
        pytest.param(_drop_old, id="dropping old texts"),
        pytest.param(_mend_plans, id="mending plans"),
    ],
)
def test_it_walks_no_whole_table(office: RealOffice, work: Callable[[UnitOfWork], Any]) -> None:
    with statements_run() as found:
        office.do(work)

    assert found
    assert [walk for plan in plans(office, found) for walk in whole_walks(plan)] == []


def test_mending_plans_reads_timers_from_a_moment_on(office: RealOffice) -> None:
    with statements_run() as found:
        office.do(_mend_plans)

    asked = [ran for ran in found if "occurrence.rule " in ran[0].partition("WHERE")[2]]
    assert len(asked) == 1 + len(FROM_NOW)
    for plan in plans(office, asked):
        assert "(due_at>" in " ".join(plan).replace(" ", "")


def test_the_check_sees_a_whole_table_walked(office: RealOffice) -> None:
    with statements_run() as found:
        office.do(lambda uow: uow.outbox._all(uow.outbox.table.c.reason == "sample"))

    assert [walk for plan in plans(office, found) for walk in whole_walks(plan)] != []


@contextmanager
def statements_run() -> Iterator[list[tuple[str, Any]]]:
    found: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)", statement):
            found.append((statement, parameters))

    def run_and_note(db: Any, compiled: Any, values: Any, **how: Any) -> Any:
        if not how.get("is_many"):
            note(db, None, compiled.sql, compiled.parameters(values))
        return run_compiled(db, compiled, values, **how)

    run_compiled = statements._run
    event.listen(Engine, "before_cursor_execute", note)
    try:
        with patch.object(statements, "_run", run_and_note):
            yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def plans(office: RealOffice, ran: list[tuple[str, Any]]) -> list[list[str]]:
    """How the database goes about each statement, in lines."""
    engine = make_engine(office.program.settings.database_url)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # Small tables are read whole whatever indexes there are; as if they were large.
            connection.execute(text("SET enable_seqscan = off"))
        found = [_plan(connection, *statement) for statement in ran]
        connection.rollback()
    engine.dispose()
    return found


def _plan(connection: Connection, statement: str, given: Any) -> list[str]:
    parameters = tuple(given) if isinstance(given, list) else given
    if connection.dialect.name == "postgresql":
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        return [str(row[0]) for row in rows]
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return [str(row[3]) for row in rows]


def whole_walks(plan: list[str]) -> list[str]:
    """The lines by which a growing table is read from one end to the other."""
    walks = []
    for line, following in zip(plan, [*plan[1:], ""], strict=True):
        on = re.search(r"(?:SCAN| on) (\w+)", line)
        is_walk = line.startswith("SCAN") or (
            "Scan" in line and "Cond:" not in following and "SubPlan" not in line
        )
        is_partial = any(name in line for name in PARTIAL)
        if on and is_walk and on[1].removesuffix("_1") in GROWING and not is_partial:
            walks.append(" / ".join(plan))
    return walks
