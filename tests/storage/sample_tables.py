"""Tables and units of work that the tests of the machinery share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

metadata = MetaData()
counter = Table(
    "counter",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", Integer, nullable=False),
)
entry = Table(
    "entry",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False),
)
belonging = Table(
    "belonging",
    metadata,
    Column("number", Integer, primary_key=True),
    Column(
        "entry_number",
        ForeignKey("entry.number", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
)


@dataclass
class SampleUnit:
    """A unit of work as small as can be."""

    db: Connection
    after_commit: list[Callable[[], None]] = field(default_factory=list)


def write_entry(unit: SampleUnit, number: int, text: str = "sample") -> int:
    unit.db.execute(insert(entry).values(number=number, text=text))
    return number


def write_belonging(unit: SampleUnit, number: int, *, entry_number: int) -> None:
    unit.db.execute(insert(belonging).values(number=number, entry_number=entry_number))


def increment(unit: SampleUnit) -> int:
    """Read, add, write: the pattern that loses updates where transactions are too weak."""
    value: int = unit.db.execute(select(counter.c.value)).scalar_one()
    unit.db.execute(update(counter).values(value=value + 1))
    return value + 1


def entries(unit: SampleUnit) -> list[int]:
    return list(unit.db.execute(select(entry.c.number).order_by(entry.c.number)).scalars())


def count_entries(unit: SampleUnit) -> int:
    counted: int = unit.db.execute(select(func.count()).select_from(entry)).scalar_one()
    return counted
