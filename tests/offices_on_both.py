"""The office of `tests/real_office.py` on either kind of database, copied from one founded before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

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
        yield stack.enter_context(opening)
