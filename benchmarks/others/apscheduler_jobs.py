"""A job per reminder in APScheduler's own store on the same database: each inserts one row."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, insert

from bot.storage.engine import make_engine

AHEAD_S = 2.0
PATIENCE_S = 120.0

metadata = MetaData()
reminded = Table(
    "reminded",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("text", String(200), nullable=False),
)
_engine: Engine | None = None
_done = threading.Semaphore(0)


def remind(number: int) -> None:
    """What a job does: the text of one reminder, in a transaction."""
    assert _engine is not None
    with _engine.begin() as connection:
        connection.execute(insert(reminded).values(number=number, text="Husk samtalen i morgen."))
    _done.release()


def seconds_for(address: str, count: int) -> float:
    """From the second at which all are due until the last one's row is committed."""
    global _engine  # noqa: PLW0603 (jobs are stored by name and take no engine along)
    # Our own engine: it waits for a lock where the library's default would give up.
    _engine = make_engine(address, pool_size=10)
    metadata.create_all(_engine)
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(engine=_engine)}, timezone=UTC
    )
    scheduler.start(paused=True)
    far = datetime.now(UTC) + timedelta(days=1)
    for number in range(count):
        scheduler.add_job(
            remind, "date", run_date=far, args=[number], id=str(number), misfire_grace_time=None
        )
    # Adding them takes seconds: the hour they are due is set when all are there.
    scheduler.shutdown()
    due = datetime.now(UTC) + timedelta(seconds=AHEAD_S)
    return _run(due, count)


def _run(due: datetime, count: int) -> float:
    assert _engine is not None
    store = SQLAlchemyJobStore(engine=_engine)
    scheduler = BackgroundScheduler(jobstores={"default": store}, timezone=UTC)
    scheduler.start(paused=True)
    for job in scheduler.get_jobs():
        job.reschedule("date", run_date=due)
    late_by = (datetime.now(UTC) - due).total_seconds()
    began = time.perf_counter() - max(0.0, late_by)
    scheduler.resume()
    wait_s = -late_by
    if wait_s > 0:
        time.sleep(wait_s)
        began = time.perf_counter()
    for _ in range(count):
        assert _done.acquire(timeout=PATIENCE_S), "the jobs did not all run"
    took = time.perf_counter() - began
    scheduler.shutdown()
    _engine.dispose()
    return took
