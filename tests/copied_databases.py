"""Databases that were made ready once per run, copied for each test that begins with them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from tests.databases import PostgresqlServer

# Fills an empty database, given its address.
Prepare = Callable[[str], object]


@contextmanager
def copied_on(
    kind: str, prepare: Prepare, request: pytest.FixtureRequest, folder: Path
) -> Iterator[str]:
    """The address of a copy of what `prepare` makes, for as long as the block lasts.

    For fixtures: the server is asked for only where it is needed.
    """
    if kind == "sqlite":
        yield copied_into(folder, prepare)
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    address = server.fresh_database(template=server.template(prepare))
    yield address
    server.drop_database(address)


def copied_into(folder: Path, prepare: Prepare) -> str:
    """Put what `prepare` makes on SQLite into the folder; the address of it."""
    for name, content in _files(prepare).items():
        (folder / name).write_bytes(content)
    return f"sqlite:///{folder / 'tettpa.db'}"


@cache
def _files(prepare: Prepare) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        prepare(f"sqlite:///{folder}/tettpa.db")
        return {file.name: file.read_bytes() for file in Path(folder).iterdir()}
