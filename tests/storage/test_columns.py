"""The column types, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, delete, func, insert, select, text

from bot.domain.errors import NaiveDatetime
from bot.storage.columns import Instant, JsonText
from bot.storage.engine import make_engine

metadata = MetaData()
happening = Table(
    "happening",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("happened_at", Instant),
    Column("details", JsonText),
)
OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    with engine.begin() as connection:
        metadata.create_all(connection)
    yield engine
    engine.dispose()


def store(engine: Engine, moments: list[datetime | None]) -> None:
    with engine.begin() as connection:
        connection.execute(delete(happening))
        connection.execute(insert(happening), [{"happened_at": moment} for moment in moments])


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2026, 10, 25, 2, 30, tzinfo=OSLO, fold=0), id="overlap, first"),
        pytest.param(datetime(2026, 10, 25, 2, 30, tzinfo=OSLO, fold=1), id="overlap, second"),
        pytest.param(datetime(2026, 3, 29, 2, 30, tzinfo=OSLO), id="in the gap"),
        pytest.param(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=14))), id="far east"),
        pytest.param(datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC), id="a microsecond"),
    ],
)
def test_an_instant_comes_back_in_utc_as_the_same_moment(engine: Engine, moment: datetime) -> None:
    store(engine, [moment, None])

    with engine.connect() as connection:
        query = select(happening.c.happened_at).order_by(happening.c.number)
        stored, nothing = connection.execute(query).scalars()
        greatest = connection.execute(select(func.max(happening.c.happened_at))).scalar_one()

    assert stored == moment.astimezone(UTC)
    assert stored.tzinfo is UTC
    assert greatest == stored
    assert nothing is None


def test_a_moment_without_a_zone_is_refused_when_stored_and_when_compared(engine: Engine) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001

    with pytest.raises(NaiveDatetime, match="2026-01-01T00:00:00 has no zone"):
        store(engine, [naive])
    with engine.connect() as connection, pytest.raises(NaiveDatetime):
        connection.execute(select(happening).where(happening.c.happened_at < naive))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)),  # noqa: DTZ001
        min_size=2,
        max_size=8,
    )
)
def test_instants_sort_as_time_does(engine: Engine, naive: list[datetime]) -> None:
    moments = [moment.replace(tzinfo=UTC) for moment in naive]
    store(engine, list(moments))

    with engine.connect() as connection:
        query = select(happening.c.happened_at).order_by(happening.c.happened_at)
        in_order = list(connection.execute(query).scalars())
        before = connection.execute(
            select(func.count()).where(happening.c.happened_at < moments[0])
        ).scalar_one()

    assert in_order == sorted(moments)
    assert before == sum(moment < moments[0] for moment in moments)


def test_an_instant_is_text_of_fixed_width_on_sqlite(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    with engine.begin() as connection:
        metadata.create_all(connection)

    store(engine, [datetime(2026, 1, 1, 13, tzinfo=OSLO)])

    with engine.connect() as connection:
        raw = connection.execute(text("SELECT happened_at FROM happening")).scalar_one()
    engine.dispose()
    assert raw == "2026-01-01T12:00:00.000000Z"


def test_json_is_stored_the_same_for_the_same_value(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(happening).values(number=1, details={"b": [1, "æ"], "a": None}))
        connection.execute(insert(happening).values(number=2, details={"a": None, "b": [1, "æ"]}))
        connection.execute(insert(happening).values(number=3, details=None))

    with engine.connect() as connection:
        raw = connection.execute(text("SELECT details FROM happening ORDER BY number")).scalars()
        assert list(raw) == ['{"a":null,"b":[1,"æ"]}'] * 2 + [None]
        query = select(happening.c.details).order_by(happening.c.number)
        assert next(iter(connection.execute(query).scalars())) == {"a": None, "b": [1, "æ"]}


def test_json_refuses_moments(engine: Engine) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)

    with engine.begin() as connection, pytest.raises(Exception, match="not JSON serializable"):
        connection.execute(insert(happening).values(details={"at": moment}))
