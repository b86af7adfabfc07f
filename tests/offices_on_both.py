"""The office of `tests/real_office.py` on either kind of database, copied from one founded before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest

from bot.content.loading import load_stored
from bot.content.pack import Pack
from tests.databases import PostgresqlServer
from tests.real_office import RealOffice, found_office, open_office, open_office_at

KINDS = ["sqlite", "postgresql"]


@contextmanager
def office_on(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[RealOffice]:
    """For fixtures: the server is asked for only where it is needed."""
    with ExitStack() as stack:
        if kind == "sqlite":
            opening = open_office(folder)
        else:
            server: PostgresqlServer = request.getfixturevalue("postgresql_server")
            template = server.template("founded_office", found_office)
            address = server.fresh_database(template=template)
            stack.callback(server.drop_database, address)
            opening = open_office_at(address)
        # Reading the same pack anew for every test would take longer than the tests.
        with patch("bot.app.load_stored", _read_once):
            office = stack.enter_context(opening)
        yield office


def _read_once(files: Mapping[str, str]) -> Pack:
    return _read(frozenset(files.items()))


@cache
def _read(files: frozenset[tuple[str, str]]) -> Pack:
    return load_stored(dict(files))
