"""The office of `tests/real_office.py` on either kind of database, copied from one founded before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.copied_databases import copied_on
from tests.real_office import RealOffice, found_office, open_office_at

KINDS = ["sqlite", "postgresql"]


@contextmanager
def office_on(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[RealOffice]:
    with (
        copied_on(kind, found_office, request, folder) as address,
        open_office_at(address) as office,
    ):
        yield office
