"""What all rows of one run share: the servers, the ready-made databases, the seed and the scale."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from benchmarks.faults.installation import Installation
from benchmarks.faults.outcomes import BOTH, SQLITE
from benchmarks.faults.program import free_port
from benchmarks.faults.stage import Setting, found
from tests.databases import PostgresqlServer
from tests.emulator_process import EmulatorControl, start_emulator
from tests.program_process import TOKEN, settings_for

T = TypeVar("T")

SHORT, NORMAL, FULL = "short", "normal", "full"
LANES_WHEN_SHORT = 2  # for each database


class Lab:
    """Closing it ends every process and removes every file."""

    def __init__(
        self, *, seed: int = 1, scale: str = NORMAL, kills: int | None = None, mutant: str = ""
    ) -> None:
        self.seed = seed
        self.scale = scale
        self.kills = kills if kills is not None else self.pick(8, 100, 250)
        self.mutant = mutant
        self.folder = Path(tempfile.mkdtemp(prefix="tettpa-faults-"))
        self.logs: list[Path] = []  # of every program that ran, for the sweep of row 31
        self.wants_tracebacks = bool(os.environ.get("FAULTS_TRACEBACKS"))
        self._lock = threading.Lock()  # both databases' rows run beside each other
        self._closing = ExitStack()
        # One pool for the whole run: a server dies with the thread that started it.
        self.pool = self._closing.enter_context(ThreadPoolExecutor(len(BOTH) * LANES_WHEN_SHORT))
        self._closing.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._server: PostgresqlServer | None = None
        self._numbers = iter(range(1, 1_000_000))
        self._ready_made: dict[Setting, Path] = {}
        self._templates: dict[Setting, str] = {}

    def close(self) -> None:
        self._closing.close()

    def pick(self, short: T, normal: T, full: T | None = None) -> T:
        """One of these, by the scale of the run; the full one defaults to the normal one."""
        if self.scale == SHORT:
            return short
        return full if self.scale == FULL and full is not None else normal

    def random(self, row: int, database: str) -> random.Random:
        """Chance that a seed repeats."""
        return random.Random(f"{self.seed}:{row}:{database}")

    @property
    def server(self) -> PostgresqlServer:
        """PostgreSQL, started when the first row asks."""
        with self._lock:
            if self._server is None:
                self._server = PostgresqlServer()
                self._closing.callback(self._server.stop)
            return self._server

    @contextmanager
    def installation(
        self,
        database: str,
        setting: Setting | None = None,
        *,
        is_declared: bool = False,
        shifts_clock: bool = False,
        **environment: str,
    ) -> Iterator[Installation]:
        """An emulator with phones, a filled database and the settings of a program; nothing runs yet.

        Args:
            is_declared: The program follows the emulator's clock, which stands until it is wound.
            shifts_clock: The program's machine clock is shifted to the setting's moment, and further.
            environment: Further settings of the program.
        """
        setting = setting or Setting()
        folder = self.folder / f"row-{next(self._numbers)}"
        folder.mkdir()
        port = free_port()
        with ExitStack() as stack:
            stack.callback(self._keep_logs, folder)
            url = self._filled(database, setting, folder, stack)
            emulator = stack.enter_context(
                start_emulator(
                    folder,
                    now=setting.at,
                    app_url=f"http://127.0.0.1:{port}" if is_declared else None,
                    speed=0 if is_declared else 1,
                )
            )
            settings = settings_for(folder, emulator, port=port, TETTPA_DATABASE_URL=url)
            if is_declared:
                settings["TETTPA_CLOCK_URL"] = f"{emulator.url}/clock"
            installation = Installation(
                database, url, setting, emulator, settings | environment, folder, self.mutant
            )
            stack.callback(installation.end_all)
            if shifts_clock:
                installation.shift_clock_to(_moment(setting))
            _hand_out_phones(emulator, installation)
            yield installation

    def _filled(self, database: str, setting: Setting, folder: Path, stack: ExitStack) -> str:
        # Alembic keeps its context in a global: two databases cannot be made at once.
        server = self.server if database != SQLITE else None
        with self._lock:
            return self._fill(database, setting, folder, stack, server)

    def _fill(
        self,
        database: str,
        setting: Setting,
        folder: Path,
        stack: ExitStack,
        server: PostgresqlServer | None,
    ) -> str:
        if server is None:
            ready = self._ready_made.get(setting)
            if ready is None:
                ready = self.folder / f"ready-{next(self._numbers)}"
                ready.mkdir()
                found(f"sqlite:///{ready / 'tettpa.db'}", setting)
                self._ready_made[setting] = ready
            for file in ready.iterdir():
                shutil.copy(file, folder / file.name)
            return f"sqlite:///{folder / 'tettpa.db'}"
        if setting not in self._templates:
            address = server.fresh_database()
            found(address, setting)
            self._templates[setting] = address.rsplit("/", 1)[1]
        url = server.fresh_database(template=self._templates[setting])
        stack.callback(server.drop_database, url)
        return url

    def _keep_logs(self, folder: Path) -> None:
        for number, log in enumerate(sorted(folder.glob("program*.log"))):
            kept = self.folder / f"{folder.name}-{number}.kept"
            shutil.copy(log, kept)
            self.logs.append(kept)
        shutil.rmtree(folder, ignore_errors=True)


def _moment(setting: Setting) -> datetime:
    assert setting.at is not None, "a shifted clock needs a moment to be shifted to"
    return setting.at


def _hand_out_phones(emulator: EmulatorControl, installation: Installation) -> None:
    emulator.add_bot(TOKEN, username="sample_bot", name="Tett på")
    for number, chat_id in enumerate(installation.chats):
        emulator.add_phone(f"Phone {number}", user_id=chat_id, bot=TOKEN)
        emulator.history(chat_id, [])  # they pressed Start long ago
