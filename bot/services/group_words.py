"""The words for an office's staff group: the pack's `group.*` notices, in the language of its staff."""

from __future__ import annotations

from collections import Counter

from bot.domain.people import Office
from bot.domain.plain_text import escape
from bot.services.ports import UnitOfWork


def language_of(uow: UnitOfWork, office_id: int) -> str:
    """The language most of the office's staff have chosen; bokmål when it is even."""
    spoken = Counter(
        person.language for person in uow.staff.of_office(office_id) if person.departed_at is None
    )
    return max(spoken, key=lambda language: (spoken[language], language == "nb"), default="nb")


def group_words(uow: UnitOfWork, office: Office, key: str, **values: object) -> str:
    """One line of Telegram's HTML. Raises TextFailed.

    A group is not the console: no value may hold a name or words of a participant.
    """
    context = {"office": {"name": office.name}, **values}
    line = uow.pack(office.id).notice(key, language_of(uow, office.id), context)
    return escape(" ".join(line.split()))
