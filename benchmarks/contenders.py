"""Who is measured: our program and those it stands beside, each started as a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import psutil

from benchmarks.faults.program import free_port, until
from benchmarks.grounds import Grounds
from benchmarks.light_telegram import ROOT, LightTelegram, Turn
from benchmarks.table import NO_DATABASE
from tests.program_process import SECRET, TOKEN

BENCH_PYTHON = Path(".venv-bench/bin/python")  # seen from the project's folder
# Long enough for everybody to come to rest before the load is let go.
SETTLE_S = 1.0
# What is written after the answer belongs to the update's cost.
AFTERWARDS_S = 0.2
WARMING = 200
LIFTED_RATE = "100000"
TEXT = "Hei, dette er tekst nummer #, og den er ikke lang."


@dataclass(frozen=True, slots=True)
class Contender:
    """`command` after the interpreter; `needs_people` for ours, whose database knows everybody."""

    name: str
    command: Sequence[str]
    interpreter: Path = Path(sys.executable)
    environment: Mapping[str, str] | None = None
    database: str = NO_DATABASE
    needs_people: bool = False
    processes: int = 1


def ours(database: str, *, processes: int = 1) -> Contender:
    return Contender(
        "tettpa run",
        ["-m", "bot.cli", "run"],
        database=database,
        needs_people=True,
        processes=processes,
    )


def naive(database: str) -> Contender:
    return Contender(
        "a naive durable bot", ["-m", "benchmarks.others.naive_bot"], database=database
    )


DEFAULT_ECHO = Contender("a bare PTB echo (default httpx)", ["-m", "benchmarks.others.ptb_echo"])
BACKEND_ECHO = Contender(
    "a bare PTB echo (our request backend)",
    ["-m", "benchmarks.others.ptb_echo"],
    environment={"BACKEND": "aiohttp", "AT_ONCE": "16"},
)
AIOGRAM_ECHO = Contender(
    "a bare aiogram echo", ["benchmarks/others/aiogram_echo.py"], interpreter=BENCH_PYTHON
)


def take_turn(
    who: Contender,
    grounds: Grounds,
    telegram: LightTelegram,
    *,
    updates: int,
    warming: int = WARMING,
    a_second: float = 0.0,
    within_s: float = 120.0,
    afterwards: Callable[[str], None] | None = None,
) -> Turn:
    """Start it, let the updates go, wait for the answers, end it.

    Args:
        warming: Updates before those that count, from others: whoever starts compiles, connects
            and fills caches, and is measured as it runs after that.
        a_second: How many updates come a second; 0 lets all come at once.
        afterwards: Is given the database's address before it is removed.

    Raises:
        RuntimeError: Not every update was answered exactly once; a rate would mean nothing.
    """
    chats = grounds.chats[: warming + updates]
    telegram.load(chats, text=TEXT, a_second=a_second, warming=warming)
    with running(who, grounds, telegram) as (processes, url):
        telegram.wait_polled()
        time.sleep(SETTLE_S)
        telegram.release()
        if warming:
            telegram.wait_answered(warming, within_s=within_s)
            time.sleep(AFTERWARDS_S)
        before = _cpu_s(processes)
        if warming:
            telegram.release()
        telegram.wait_answered(len(chats), within_s=within_s)
        time.sleep(AFTERWARDS_S)
        cpu = _cpu_s(processes) - before
        turn = telegram.results()
        if afterwards is not None:
            afterwards(url)
    if turn.answered != updates or turn.answers != len(chats):
        raise RuntimeError(
            f"{who.name}: {turn.answered} of {updates} answered, {turn.answers} answers"
            f" to {len(chats)}"
        )
    return replace(turn, cpu_s=cpu)


@contextmanager
def running(
    who: Contender, grounds: Grounds, telegram: LightTelegram
) -> Iterator[tuple[list[psutil.Process], str]]:
    """All processes of a contender, and its database's address; ended by their own ids."""
    with ExitStack() as stack:
        url = ""
        folder = grounds.folder
        if who.database != NO_DATABASE:
            place = grounds.filled if who.needs_people else grounds.empty
            folder, url = stack.enter_context(place(who.database))
        processes = []
        for _ in range(who.processes):
            environment = _environment(telegram, url) | dict(who.environment or {})
            processes.append(stack.enter_context(_process(who, environment, folder)))
            if who.needs_people:
                _wait_answering(environment["TETTPA_PORT"])
        yield [psutil.Process(process.pid) for process in processes], url


def _environment(telegram: LightTelegram, url: str) -> dict[str, str]:
    return {
        "API_URL": telegram.url,
        "TOKEN": TOKEN,
        "DATABASE_URL": url,
        "TETTPA_DATABASE_URL": url,
        "TETTPA_SECRET_KEY": SECRET,
        "TETTPA_TELEGRAM_TOKEN": TOKEN,
        "TETTPA_TELEGRAM_API_URL": telegram.url,
        "TETTPA_PORT": str(free_port()),
        "TETTPA_SEND_RATE": LIFTED_RATE,
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
    }


def _wait_answering(port: str) -> None:
    def answers() -> bool:
        try:
            url = f"http://127.0.0.1:{port}/healthz"
            return httpx.get(url, timeout=2.0, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    until(answers, "the program answers", within_s=60.0)


@contextmanager
def _process(
    who: Contender, environment: Mapping[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    log = folder / "program.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(who.interpreter), *who.command],
            env=dict(environment),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield process
        if process.poll() is not None:
            raise RuntimeError(f"{who.name} ended:\n{log.read_text(errors='replace')[-2000:]}")
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _cpu_s(processes: Sequence[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return float(sum(t.user + t.system for t in times))
