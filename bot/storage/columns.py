"""Column types that mean the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ARRAY, BigInteger, DateTime, Dialect, String, Text
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.domain.errors import NaiveDatetime

INSTANT_CHARS = len("2026-01-31T12:00:00.000000Z")


class _NaiveParameter(NaiveDatetime, DontWrapMixin):
    """Keeps SQLAlchemy from wrapping our error in one of its own."""


class Instant(TypeDecorator[datetime]):
    """A moment: aware in, aware UTC out.

    SQLite has no zones, so there it is text of fixed width that sorts as time does.
    """

    impl = String(INSTANT_CHARS)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(INSTANT_CHARS))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is not UTC:  # nearly every moment is, and there are several in each row
            if value.utcoffset() is None:
                raise _NaiveParameter(
                    f"The moment {value.isoformat()} has no zone; give an aware one."
                )
            value = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return value
        return value.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


class Numbers(TypeDecorator[list[int]]):
    """Many whole numbers as one parameter; see `among`."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(BigInteger))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return orjson.dumps(value).decode()


class JsonText(TypeDecorator[Any]):
    """Small JSON as text, byte for byte the same for the same value.

    Moments are refused: write them as text with their zone first.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        option = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
        return orjson.dumps(value, option=option).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)
