"""Benchmark 5: a reply and a call for help while hundreds of broadcasts wait."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from benchmarks.crowd import BROADCAST, RATE, change, queue_broadcast
from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.program import ROOT, until
from benchmarks.faults.stage import CASEWORKER, Setting
from benchmarks.how import How
from benchmarks.table import SQLITE, Line, percentile
from tests.emulator_process import EmulatorControl
from tests.program_process import TOKEN

BROADCASTS, ASKERS = 600, 40
ASK_EVERY_S, LOOK_EVERY_S = 0.4, 0.25
WEEK, HELP = "Min uke", "Jeg trenger hjelp"
PTB = "PTB with its AIORateLimiter, 30 a second"
BOUND_S = 2.0


def measure(how: How) -> list[Line]:
    lab = Lab()
    try:
        theirs = _theirs(lab)
        return [line for database in how.databases for line in _ours(lab, database, theirs)]
    finally:
        lab.close()


def _ours(lab: Lab, database: str, theirs: list[float]) -> list[Line]:
    people = Setting(BROADCASTS + ASKERS + 1)
    with lab.installation(database, people, TETTPA_SEND_RATE=str(RATE)) as place:
        queue_broadcast(place, BROADCASTS)
        *askers, in_need = place.chats[BROADCASTS:]
        with place.running():
            due = f"UPDATE outbox SET not_before = :now WHERE rule = '{BROADCAST}'"
            change(place, due, now=datetime.now(UTC))
            _until_it_runs(place.emulator)
            told_s, card_s = _call_for_help(place, in_need)
            waits = _ask(place.emulator, askers)
            waiting = place.count("outbox WHERE state = 'queued' AND lane = 3")
    assert waiting > 0, "the broadcast was over before the last question"
    return [
        Line(
            f"5 p99 of a reply behind {BROADCASTS} broadcasts",
            database,
            percentile(waits, 0.99),
            "s",
            PTB,
            percentile(theirs, 0.99),
            less_is_better=True,
        ),
        Line(
            f"5 median of a reply behind {BROADCASTS} broadcasts",
            database,
            percentile(waits, 0.5),
            "s",
            PTB,
            percentile(theirs, 0.5),
            less_is_better=True,
        ),
        _within_bound("5 mail to staff after a call for help behind them", database, told_s),
        _within_bound("5 danger card after a call for help behind them", database, card_s),
    ]


def _within_bound(name: str, database: str, seconds: float) -> Line:
    return Line(name, database, seconds, "s", "the bound", BOUND_S, less_is_better=True)


def _theirs(lab: Lab) -> list[float]:
    """Seconds until each reply of a bot that sends everything through PTB's limiter."""
    with lab.installation(SQLITE, Setting(BROADCASTS + ASKERS + 1)) as place:
        askers = place.chats[BROADCASTS:-1]
        with _ptb(place):
            place.emulator.text(place.chats[-1], "begin")
            _until_it_runs(place.emulator)
            return _ask(place.emulator, askers)


@contextmanager
def _ptb(place: Installation) -> Iterator[None]:
    given = {
        "API_URL": place.emulator.api_url,
        "TOKEN": TOKEN,
        "FIRST_CHAT": str(place.chats[0]),
        "MANY": str(BROADCASTS),
        "PYTHONPATH": str(ROOT),
    }
    with (place.folder / "ptb.log").open("wb") as log:
        process = subprocess.Popen(
            [str(ROOT / ".venv-bench/bin/python"), "-m", "benchmarks.others.ptb_broadcast"],
            env=os.environ | given,
            cwd=place.folder,
            stdout=log,
            stderr=log,
        )
        try:
            until(lambda: place.emulator.requests(method="getUpdates"), "the bot polls")
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _until_it_runs(emulator: EmulatorControl) -> None:
    until(lambda: len(emulator.requests(method="sendMessage")) >= RATE, "the broadcast runs")


def _ask(emulator: EmulatorControl, askers: list[int]) -> list[float]:
    """Each asks for their week in turn; seconds from asking to the answer's reaching Telegram."""
    asked = {}
    began = time.monotonic()
    for number, chat in enumerate(askers):
        time.sleep(max(0.0, began + number * ASK_EVERY_S - time.monotonic()))
        asked[chat] = time.monotonic()
        emulator.text(chat, WEEK)
    answered: dict[int, float] = {}

    def all_answered() -> bool:
        time.sleep(LOOK_EVERY_S)  # asking all the while would take from what is measured
        answered.update(_first_sent_to(emulator, asked))
        return len(answered) == len(asked)

    until(all_answered, "everybody is answered", within_s=60)
    return [answered[chat] - asked[chat] for chat in askers]


def _first_sent_to(emulator: EmulatorControl, chats: dict[int, float]) -> dict[int, float]:
    found: dict[int, float] = {}
    for call in emulator.requests(method="sendMessage"):
        chat = int(call["params"]["chat_id"])
        if chat in chats and call["status"] == 200:
            found.setdefault(chat, call["monotonic"])
    return found


def _call_for_help(place: Installation, chat: int) -> tuple[float, float]:
    """Seconds until the caseworker's mail has left, and until the danger card reaches the chat."""
    asked_at = time.monotonic()
    place.emulator.text(chat, HELP)
    until(lambda: _mail_came(place), "the call for help reaches staff", within_s=30)
    told_s = time.monotonic() - asked_at
    until(lambda: chat in _first_sent_to(place.emulator, {chat: 0.0}), "the danger card comes")
    return told_s, _first_sent_to(place.emulator, {chat: 0.0})[chat] - asked_at


def _mail_came(place: Installation) -> bool:
    return any(CASEWORKER in str(letter) for letter in place.emulator.mail())
