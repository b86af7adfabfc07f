"""Row 12: whoever sends stands still, cut off from the locks that say so, and comes back too late."""

from __future__ import annotations

import contextlib
import json
import signal
import time
from collections import Counter

from benchmarks.faults.crew import SEND, TICK, Crew
from benchmarks.faults.inbound import text_update
from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.launch import SLOW
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import NotInTime, until
from benchmarks.faults.silent_line import SilentLine
from benchmarks.faults.stage import Setting
from tests.program_process import TOKEN

PEOPLE = 30
RATE = "8"  # so that there is something to send for some seconds


def back_too_late(lab: Lab, database: str, outcome: Outcome) -> str:
    """Another has taken over by then, and the one that comes back cannot be told: it must not act.

    It notices within seconds that the database does not answer; until then it has only its watch.
    """
    setting = Setting(PEOPLE)
    with (
        lab.installation(database, setting, TETTPA_SEND_RATE=RATE, FAULTS_HANDLERS="1") as place,
        SilentLine(lab.server.port) as line,
    ):
        deeds = place.folder / "deeds.jsonl"
        host = f"127.0.0.1:{lab.server.port}"
        through = place.url.replace(host, f"127.0.0.1:{line.port}") + "?sslmode=disable"
        crew = Crew(place)
        first = crew.start("first", "all", FAULTS_DEEDS=deeds, TETTPA_DATABASE_URL=through)
        until(lambda: crew.duties_of("first") >= {SEND, TICK}, "the first has its duties")
        second = crew.start("second", "all", FAULTS_DEEDS=deeds)
        crew.wait_ready()
        second.popen.send_signal(signal.SIGSTOP)  # for a moment: all that comes is the first's
        _give_work(place)
        second.popen.send_signal(signal.SIGCONT)
        line.fall_silent()
        taken = crew.hang("first")
        pending = "inbox WHERE state = 'pending'"
        until(lambda: place.count(pending) == 0, "the second handles what the first had in hand")
        reminders = [(number, f"after the silence {number}") for number in range(PEOPLE)]
        place.queue(reminders)
        back = time.monotonic()
        crew.go_on("first")
        gone = time.monotonic()
        line.speak()
        done = Counter(
            deed["deed"]
            for deed in map(json.loads, deeds.read_text().splitlines())
            if deed["process"] == first.popen.pid and back < deed["at"] < gone
        )
        place.wait_quiet()
        double = len(crew.double_claims())
        kept = Counter(place.texts_kept().values())
        arrived = place.arrived()
    copies = Counter(arrived[words] for _, words in reminders)
    outcome.must(not done, f"it came back too late and did {dict(done)}")
    outcome.must(double == 0, f"{double} updates that had become the other's were begun")
    outcome.must(kept == {1: PEOPLE}, f"texts by how often they are kept: {dict(kept)}")
    outcome.must(copies == {1: PEOPLE}, f"copies of reminders: {dict(copies)}")
    return f"cut off for {max(taken.values()):.0f} s, back without a duty: did nothing"


def _give_work(place: Installation) -> None:
    """More slow texts at once than a process begins at a time: the first has some in hand, some behind."""
    before = place.count("inbox")
    texts = [text_update(chat, f"text of {chat} {SLOW}") for chat in place.chats]
    place.emulator.inject_updates(TOKEN, *texts)
    claimed = "inbox WHERE holder IS NOT NULL AND state = 'pending'"
    until(lambda: place.count("inbox") >= before + PEOPLE, "all are stored")
    with contextlib.suppress(NotInTime):  # it may have gone on already
        until(lambda: place.count(claimed) == PEOPLE, "all are in hand", within_s=1.0)
