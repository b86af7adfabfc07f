"""What forms send: read with a bound, and given out as the kinds of value the pages ask for."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import TypeVar
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.domain.work_calendar import WorkCalendar

MAX_FORM_BYTES = 64 * 1024
MAX_FIELDS = 400
MAX_NUMBER = 2**63 - 1  # what a database numbers rows with
FORM_TYPE = "application/x-www-form-urlencoded"

E = TypeVar("E", bound=Enum)


class BadInput(Exception):
    """Something the pages never send; `key` names the words that say so."""

    def __init__(self, key: str = "error.bad_input") -> None:
        super().__init__(key)
        self.key = key


class Form:
    """The fields of one form."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def text(self, name: str, *, max_chars: int = 10_000) -> str:
        """Words as typed, without the carriage returns browsers add. Raises BadInput when too long."""
        text = self._fields.get(name, "").replace("\r\n", "\n").replace("\x00", "")
        if len(text) > max_chars:
            raise BadInput("error.too_long")
        return text

    def number(self, name: str) -> int:
        return number(self._fields.get(name, ""))

    def code(self, name: str, kind: type[E]) -> E | None:
        """One of an enumeration's codes, None for nothing chosen. Raises BadInput for another."""
        given = self._fields.get(name, "")
        if not given:
            return None
        try:
            return kind(given)
        except ValueError:
            raise BadInput from None

    def moment(self, name: str, calendar: WorkCalendar, *, clock: str = "time") -> datetime | None:
        """`<name>_date` and `<name>_<clock>` in the office's zone; None when no date is given."""
        day, wall = self._fields.get(f"{name}_date", ""), self._fields.get(f"{name}_{clock}", "")
        if not day:
            return None
        try:
            return calendar.instant(
                date.fromisoformat(day), time.fromisoformat(wall) if wall else time(9)
            )
        except (ValueError, OverflowError):
            raise BadInput("error.bad_moment") from None

    def prefixed(self, prefix: str) -> dict[str, str]:
        """Fields whose names begin so, by the rest of the name."""
        return {
            name.removeprefix(prefix): value
            for name, value in self._fields.items()
            if name.startswith(prefix)
        }

    def carries(self, token: str) -> bool:
        given = self._fields.get("form_token", "")
        return hmac.compare_digest(given.encode(), token.encode())


def number(text: str) -> int:
    """A row's number. Raises BadInput."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or int(text) > MAX_NUMBER:
        raise BadInput
    return int(text)


async def read_form(request: Request) -> Form:
    """Read at most MAX_FORM_BYTES. Raises BadInput."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM_TYPE:
        raise BadInput
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise BadInput("error.too_long")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise BadInput from None
    return Form(dict(pairs))
