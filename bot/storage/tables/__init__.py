"""All tables of the main database, by subject; importing this knows them all."""

from bot.storage.tables import cases, messages, people, planning
from bot.storage.tables.base import metadata

__all__ = ["cases", "messages", "metadata", "people", "planning"]
