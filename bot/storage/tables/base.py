"""The metadata with its naming convention, and the column shapes that tables share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, MetaData

from bot.storage.columns import Instant

# Fixed names, so that migrations can refer to constraints on both databases.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only numbers rows by itself when the key is exactly INTEGER.
big_id = BigInteger().with_variant(Integer, "sqlite")


def key() -> Column[int]:
    return Column("id", big_id, primary_key=True, autoincrement=True)


def reference(
    name: str, target: str, *, nullable: bool = False, index: bool = False
) -> Column[Any]:
    return Column(name, big_id, ForeignKey(target), nullable=nullable, index=index)


def instant(name: str, *, nullable: bool = True, index: bool = False) -> Column[Any]:
    return Column(name, Instant, nullable=nullable, index=index)


def sealed_text(name: str) -> Column[Any]:
    """Words sealed with the participant's (or office's) key; read and written as str."""
    return Column(name, LargeBinary, nullable=False, info={"sealed": "text"})


def sealed_json(name: str) -> Column[Any]:
    """JSON sealed with the participant's (or office's) key; read and written as a mapping."""
    return Column(name, LargeBinary, nullable=False, info={"sealed": "json"})
