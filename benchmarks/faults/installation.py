"""One office under test: its database, its phones, and the programs that run on it."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import NullPool, bindparam, create_engine, text

from benchmarks.faults.program import ROOT, NotInTime, Process, free_port, until
from benchmarks.faults.quiet import in_hand, undelivered
from benchmarks.faults.stage import Setting, chats, opened, people_of
from bot.app import Program
from bot.domain.messages import Lane, MessageClass
from bot.services.ports import UnitOfWork
from bot.services.speaking import Sending, say_text
from bot.storage.columns import Instant
from bot.storage.engine import parse_url
from tests.emulator_process import EmulatorControl
from tests.program_process import tettpa

T = TypeVar("T")


class Installation:
    """See `Lab.installation`."""

    def __init__(
        self,
        database: str,
        url: str,
        setting: Setting,
        emulator: EmulatorControl,
        environment: dict[str, str],
        folder: Path,
        mutant: str,
    ) -> None:
        self.database = database
        self.url = url
        self.setting = setting
        self.emulator = emulator
        self.environment = environment
        self.folder = folder
        self.chats = chats(setting)
        self._mutant = mutant
        self._clock: Path | None = None
        self._started: list[Process] = []
        self._log_numbers = itertools.count(1)
        self._engine = create_engine(parse_url(url), poolclass=NullPool)

    # --- programs --------------------------------------------------------------------------------

    def start(
        self,
        *,
        wait: bool = True,
        at_its_own_port: bool = False,
        role: str = "all",
        ends_lease: bool = True,
        **more: Any,
    ) -> Process:
        """Start a program.

        Args:
            at_its_own_port: For a second program beside the first.
            role: What part it does, as `tettpa run --role` takes it.
            ends_lease: Of the dead; else it finds what they left.
            more: Settings by their environment names.
        """
        if ends_lease and not any(process.is_alive for process in self._started):
            self.end_lease_of_the_dead()
        environment = self.environment | {name: str(value) for name, value in more.items()}
        if at_its_own_port:
            environment["TETTPA_PORT"] = str(free_port())
        if self._clock is not None:
            environment["FAULTS_CLOCK"] = str(self._clock)
        if self._mutant:
            environment["FAULTS_MUTANT"] = self._mutant
        process = Process(
            environment,
            folder=self.folder,
            log=self.folder / f"program-{next(self._log_numbers):04}.log",
            bent=any(name.startswith("FAULTS_") for name in environment),
            role=role,
        )
        self._started.append(process)
        if wait:
            process.wait_ready()
        return process

    def end_lease_of_the_dead(self) -> None:
        """As if its seconds were over: row 12 measures taking over, the others need not wait for it."""
        with self._engine.begin() as connection:
            connection.execute(text("DELETE FROM program_state WHERE name = 'runner_lease'"))

    @contextmanager
    def running(self, **more: Any) -> Iterator[Process]:
        process = self.start(**more)
        try:
            yield process
        finally:
            process.stop()

    def end_all_programs(self) -> None:
        """As a power cut would."""
        for process in self._started:
            process.kill()

    def end_all(self) -> None:
        self.end_all_programs()
        self._engine.dispose()

    def command(self, *arguments: str) -> str:
        """`tettpa` with arguments; AssertionError when it fails."""
        return tettpa(self.environment, *arguments, folder=self.folder)

    def try_command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same, whatever comes of it."""
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", *arguments],
            env=os.environ | self.environment | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def logged(self) -> str:
        logs = sorted(self.folder.glob("program*.log"))
        return "\n".join(log.read_text(errors="replace") for log in logs)

    # --- the clock -------------------------------------------------------------------------------

    def shift_clock_to(self, moment: datetime) -> None:
        """Let the programs' machine clock say `moment` now."""
        self._clock = self._clock or self.folder / "clock"
        self._write_clock((moment - datetime.now(UTC)).total_seconds())

    def shift_clock_by(self, step: timedelta) -> None:
        assert self._clock is not None
        self._write_clock(float(self._clock.read_text()) + step.total_seconds())

    def program_now(self) -> datetime:
        if "TETTPA_CLOCK_URL" in self.environment:
            return self.emulator.now()
        if self._clock is None:
            return datetime.now(UTC)
        return datetime.now(UTC) + timedelta(seconds=float(self._clock.read_text()))

    def _write_clock(self, seconds: float) -> None:
        assert self._clock is not None
        part = self._clock.with_suffix(".part")
        part.write_text(str(seconds))
        part.replace(self._clock)  # a reader never finds it half written

    # --- what is stored --------------------------------------------------------------------------

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(text(query), values))

    def count(self, query: str, **values: Any) -> int:
        return int(self.rows(f"SELECT count(*) FROM {query}", **values)[0][0])

    @contextmanager
    def opened(self) -> Iterator[Program]:
        with opened(self.url, at=self.program_now()) as program:
            yield program

    def do(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """One unit of work from this process."""
        with self.opened() as program:
            done: T = program.storage.run_sync(fn, *args, **kwargs)
            return done

    def overdue(self) -> int:
        """What was due and is not done, though nothing waits any more."""
        due = text(
            "SELECT count(*) FROM occurrence WHERE state = 'pending' AND due_at <= :now"
        ).bindparams(bindparam("now", self.program_now(), type_=Instant()))
        with self._engine.connect() as connection:
            return int(connection.execute(due).scalar_one())

    def texts_kept(self) -> Counter[str]:
        """What people wrote, as it is stored, and how often."""
        return Counter(itertools.chain.from_iterable(self.texts_in_order()))

    def texts_in_order(self) -> list[list[str]]:
        """The same by person, in the order in which it was handled."""
        return self.do(_texts_in_order)

    def by_webhook(self) -> dict[str, Any]:
        """Settings of a program that Telegram calls; without them it asks Telegram."""
        return {
            "TETTPA_TELEGRAM_MODE": "webhook",
            "TETTPA_WEBHOOK_URL": f"http://127.0.0.1:{self.environment['TETTPA_PORT']}",
        }

    def queue(
        self,
        texts: Sequence[tuple[int, str]],
        *,
        message_class: MessageClass = MessageClass.AT_MOST_ONCE,
        lane: Lane = Lane.REMINDER,
        after: timedelta = timedelta(0),
        lasts: timedelta | None = None,
    ) -> None:
        """Put messages of our own initiative into the outbox: (number of the person, words)."""
        self.do(put_into_outbox, texts, message_class, lane, after, lasts)

    def left(self) -> dict[str, int]:
        """What is left to fetch, to handle, to send and to mail.

        Asked in the order in which things go: what is fetched waits in the inbox before Telegram
        hears that it was, and what handling gives waits in the outbox before it is done.
        """
        listens = any(process.is_alive and process.listens for process in self._started)
        # Where nobody listens nothing is fetched, however long one waits.
        to_fetch = undelivered(self.emulator) if listens else 0
        return {"to fetch": to_fetch} | in_hand(self._engine, self.program_now())

    def is_quiet(self) -> bool:
        """Nothing is left to fetch, to handle, to send or to mail."""
        return not any(self.left().values())

    def wait_quiet(self, within_s: float = 60.0) -> None:
        try:
            until(self.is_quiet, "all is quiet", within_s=within_s)
        except NotInTime as late:
            raise NotInTime(f"{late}; left: {self.left()}") from None

    # --- what arrived ----------------------------------------------------------------------------

    def write(self, number: int, words: str) -> Any:
        """A person writes; their message."""
        return self.emulator.text(self.chats[number], words)

    def arrived(self) -> Counter[str]:
        """Texts that Telegram accepted, and how often."""
        return Counter(one["text"] for one in self.emulator.sent())

    def send_calls(self) -> list[dict[str, Any]]:
        return [
            c for c in self.emulator.requests() if c["method"] in ("sendMessage", "sendDocument")
        ]


def _texts_in_order(uow: UnitOfWork) -> list[list[str]]:
    found = []
    for person in people_of(uow):
        texts = uow.free_texts.of_participant(person.id, limit=10**6)
        found.append([one.text for one in sorted(texts, key=lambda text: text.id)])
    return found


def put_into_outbox(
    uow: UnitOfWork,
    texts: Sequence[tuple[int, str]],
    message_class: MessageClass,
    lane: Lane,
    after: timedelta,
    lasts: timedelta | None,
) -> None:
    people = people_of(uow)
    for number, words in texts:
        how = Sending(
            rule="sample",
            key=f"sample:{people[number].id}:{words}",
            lane=lane,
            message_class=message_class,
            not_before=uow.now + after,
            expires_at=uow.now + after + lasts if lasts else None,
        )
        say_text(uow, replace(people[number]), words, how=how)
