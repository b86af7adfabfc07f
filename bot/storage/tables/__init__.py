"""All tables of the main database, by subject; importing this knows them all."""

from bot.storage.tables import (
    cases,
    messages,
    national_indexes,
    people,
    planning,
    publishing,
    results,
    staff_groups,
)
from bot.storage.tables.base import metadata

__all__ = [
    "cases",
    "messages",
    "metadata",
    "national_indexes",
    "people",
    "planning",
    "publishing",
    "results",
    "staff_groups",
]
