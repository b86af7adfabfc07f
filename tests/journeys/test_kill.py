"""The promise: kill -9 during a run of 200 answers loses none and doubles none."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.emulator_process import EmulatorControl, start_emulator
from tests.journeys.twenty_phones import (
    AT_LEAST_GIVEN,
    Findings,
    Phone,
    answer_in_turn,
    at_work,
    chats,
    judge,
    seed,
)
from tests.program_process import settings_for
from tests.real_office import NOON, SECRET_KEY, TOKEN, RealOffice, found_office, open_office_at
from tests.waiting import LOOK_EVERY_SECONDS, wait_until

ROOT = Path(__file__).parents[2]
KILLS = 12
GIVEN_WHILE_DEAD = 3
GIVES_UP_AFTER_SECONDS = 6.0
A_MOMENT_SECONDS = 0.005


Stage = tuple[EmulatorControl, "Victim", list[Phone]]


class Victim:
    """The program, started and killed again and again."""

    def __init__(self, environment: dict[str, str], folder: Path, flaw: str) -> None:
        self._environment, self._folder, self._flaw = environment, folder, flaw
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, failpoints: str = "") -> None:
        """`failpoints` as bot/failpoints.py: where it kills itself."""
        more = {"PYTHONPATH": str(ROOT), "TETTPA_FAILPOINTS": failpoints}
        with (self._folder / "program.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.program_that_dies", self._flaw],
                env={**os.environ, **self._environment, **more},
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "program.log").read_text()[-3000:]
        self._process.kill()
        self._process.wait()

    def wait_until_it_dies(self) -> None:
        assert self._process is not None
        self._process.wait(60)

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@contextmanager
def stage(folder: Path, database_url: str, flaw: str) -> Iterator[Stage]:
    found_office(database_url)
    with open_office_at(database_url) as office:
        asked = seed(office)
    with start_emulator(folder, now=NOON) as emulator:
        emulator.add_bot(TOKEN, username="sample_bot")
        for chat in chats():
            emulator.add_phone(f"P{chat}", user_id=chat)
            emulator.start(chat)
        phones = [Phone(emulator, chat, data) for chat, data in asked.items()]
        environment = settings_for(
            folder,
            emulator,
            port=0,
            TETTPA_CONSOLE_URL="",
            TETTPA_DATABASE_URL=database_url,
            TETTPA_SECRET_KEY=SECRET_KEY,
            TETTPA_TELEGRAM_TOKEN=TOKEN,
            TETTPA_CLOCK_URL=f"{emulator.url}/clock",
        )
        victim = Victim(environment, folder, flaw)
        try:
            yield emulator, victim, phones
        finally:
            victim.end()


def play(
    folder: Path, database_url: str, *, flaw: str = "none", kills: int = KILLS, chance: int = 1
) -> Findings:
    """Give all answers while the program is killed `kills` times; what was wrong at the end."""
    rng = random.Random(chance)
    with stage(folder, database_url, flaw) as (emulator, victim, phones):
        steps = answer_in_turn(phones, rng)
        calls = _count_of_calls(emulator)
        victim.start()
        for _ in range(kills):
            _give(steps, GIVEN_WHILE_DEAD)
            _until_at_work(emulator, calls)
            _give(steps, rng.randint(4, 20))
            _let_it_work(emulator, rng.randint(0, 25))
            victim.kill()
            calls = _count_of_calls(emulator)
            victim.start()
        _until_at_work(emulator, calls)
        give_the_rest(steps)
        with open_office_at(database_url, now=NOON) as office:
            rest_at_last(office, emulator)
            victim.kill()
            return judge(office, emulator, phones)


def _give(steps: Iterator[bool], count: int) -> None:
    for _ in range(count):
        next(steps, None)


def _count_of_calls(emulator: EmulatorControl) -> int:
    calls = emulator.requests()
    return int(calls[-1]["seq"]) if calls else 0


def _until_at_work(emulator: EmulatorControl, since: int) -> None:
    wait_until(lambda: emulator.requests(since=since, method="getUpdates"), within=30)


def _let_it_work(emulator: EmulatorControl, calls: int) -> None:
    """Return after so many more calls, or when none comes for a moment."""
    start, deadline = _count_of_calls(emulator), time.monotonic() + 0.5
    while len(emulator.requests(since=start)) < calls and time.monotonic() < deadline:
        # Asking without a pause would take from the program the processor it is to work on.
        time.sleep(A_MOMENT_SECONDS)


def give_the_rest(steps: Iterator[bool]) -> None:
    """Until all are given, or the program asks for no more (what it lost is found out later)."""
    last = time.monotonic()
    for was_given in steps:
        if was_given:
            last = time.monotonic()
        elif time.monotonic() - last > GIVES_UP_AFTER_SECONDS:
            return
        else:
            time.sleep(LOOK_EVERY_SECONDS)


def rest_at_last(office: RealOffice, emulator: EmulatorControl) -> None:
    """Wait until nothing waits at Telegram or in the database, within reason."""
    deadline = time.monotonic() + GIVES_UP_AFTER_SECONDS * 3
    while time.monotonic() < deadline:
        waiting = emulator.call(TOKEN, "getWebhookInfo")["result"]["pending_update_count"]
        if waiting == 0 and not at_work(office):
            return
        time.sleep(LOOK_EVERY_SECONDS)


@pytest.mark.parametrize(
    ("kind", "kills"), [("sqlite", KILLS), ("postgresql", KILLS // 2)], ids=["sqlite", "postgresql"]
)
def test_no_answer_is_lost_or_doubled_however_often_the_program_is_killed(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str, kills: int
) -> None:
    findings = play(tmp_path, request.getfixturevalue(f"{kind}_url"), kills=kills)

    assert findings.given >= AT_LEAST_GIVEN
    assert findings.lost == []
    assert findings.doubled == []
    assert findings.unfinished == []


def test_this_test_notices_a_program_that_confirms_too_early(
    tmp_path: Path, sqlite_url: str
) -> None:
    findings = play(tmp_path, sqlite_url, flaw="confirms_early", kills=2)

    assert findings.lost


def test_this_test_notices_a_program_that_repeats_everything(
    tmp_path: Path, sqlite_url: str
) -> None:
    with stage(tmp_path, sqlite_url, "repeats_everything") as (emulator, victim, phones):
        steps = answer_in_turn(phones, random.Random(1))
        _give(steps, 40)
        # Between Telegram's yes and our note of it, where a kill from outside strikes too seldom.
        victim.start(failpoints="accepted=kill@9")
        victim.wait_until_it_dies()
        calls = _count_of_calls(emulator)
        victim.start()
        _until_at_work(emulator, calls)
        give_the_rest(steps)
        with open_office_at(sqlite_url, now=NOON) as office:
            rest_at_last(office, emulator)
            victim.kill()
            findings = judge(office, emulator, phones)

    assert findings.doubled
