"""What the measured programs stand on: databases filled once and copied for each turn."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self
from unittest.mock import patch

from benchmarks.faults.stage import Setting, chats, found
from benchmarks.table import SQLITE
from tests import databases

# Tests let PostgreSQL sync nothing; what is measured has to be as durable as it is in earnest.
DURABLE = {"fsync": "on", "full_page_writes": "on", "shared_buffers": "256MB"}


class Grounds:
    """Closing it ends the server and removes every file."""

    def __init__(self, people: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tettpa-bench-"))
        self.people = Setting(people)
        self._closing = ExitStack()
        self._closing.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._server: databases.PostgresqlServer | None = None
        self._filled: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    @property
    def chats(self) -> list[int]:
        return chats(self.people)

    @property
    def server(self) -> databases.PostgresqlServer:
        """PostgreSQL, started when it is first asked for."""
        if self._server is None:
            with patch.dict(databases.SETTINGS, DURABLE):
                self._server = databases.PostgresqlServer()
            self._closing.callback(self._server.stop)
        return self._server

    @contextmanager
    def filled(self, database: str) -> Iterator[tuple[Path, str]]:
        """A folder and the address of a database of its own with everybody in it."""
        with self.empty(database, template=self._template(database)) as place:
            yield place

    @contextmanager
    def empty(self, database: str, *, template: str = "") -> Iterator[tuple[Path, str]]:
        folder = self.folder / f"turn-{next(self._numbers)}"
        folder.mkdir()
        try:
            if database == SQLITE:
                if template:
                    for file in Path(template).iterdir():
                        shutil.copy(file, folder / file.name)
                yield folder, f"sqlite:///{folder / 'tettpa.db'}"
            else:
                address = self.server.fresh_database(template=template or "template0")
                yield folder, address
                self.server.drop_database(address)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _template(self, database: str) -> str:
        if database not in self._filled:
            if database == SQLITE:
                folder = self.folder / "filled"
                folder.mkdir()
                found(f"sqlite:///{folder / 'tettpa.db'}", self.people)
                self._filled[database] = str(folder)
            else:
                address = self.server.fresh_database()
                found(address, self.people)
                self._filled[database] = address.rsplit("/", 1)[1]
        return self._filled[database]
