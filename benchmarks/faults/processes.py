"""Row 12: a second process on one token, ours or a stranger's."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import time
from collections import Counter

from benchmarks.faults.at_once import changed_at_once
from benchmarks.faults.crew import TAKES_OVER_WITHIN_S
from benchmarks.faults.cut_off import back_too_late
from benchmarks.faults.installation import Installation
from benchmarks.faults.kills import arrived_mail
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import SQLITE, Outcome
from benchmarks.faults.program import NotInTime, Process, until
from bot.domain.messages import MessageClass
from bot.services.runner_lease import LEASE
from tests.program_process import TOKEN

# Less than a process that ends waits for what is on its way, and much more than another waits that
# takes over from it.
ANSWER_S = 2.6


def second_process(lab: Lab, database: str) -> Outcome:
    """Row 12: the second takes over at the first's death; a stranger raises an alarm.

    On SQLite it stands by until then. On PostgreSQL it works beside the first, but polls for no bot
    that the first polls for.
    """
    outcome, takeovers = Outcome(), list[float]()
    stands_by = database == SQLITE
    within_s = 20.0 if stands_by else TAKES_OVER_WITHIN_S
    with lab.installation(database) as place:
        first = place.start()
        words = [f"before {number}" for number in range(6)]
        second = place.start(wait=False, at_its_own_port=True)
        _wait(second, stands_by)
        _all_write(place, words)
        until(lambda: place.count("inbox") >= 6, "the first stores them")
        is_ready = second.health("/healthz/ready") == 200
        if stands_by:
            # Longer than a lease: what is not renewed would be the second's by now.
            time.sleep(2 + LEASE.total_seconds())
            is_ready = is_ready or second.health("/healthz/ready") == 200
        conflicts = sum(c["status"] == 409 for c in place.emulator.requests(method="getUpdates"))
        outcome.must(is_ready is not stands_by, "the second does what only the first should")
        outcome.must(conflicts == 0, f"{conflicts} polls ended by our own second process")
        for _ in range(lab.pick(1, 2, 4)):
            hangs = stands_by and not takeovers
            if hangs:
                _hang(place, first)
            else:
                first.kill()
            died = time.monotonic()
            words.append(f"after death {len(words)}")
            place.write(0, words[-1])
            until(lambda: place.texts_kept()[words[-1]], "the second took over", within_s=40)
            takeovers.append(time.monotonic() - died)
            if hangs:
                _comes_back(first, outcome)
            place.wait_quiet()  # it sends by now, and not the one that comes
            first, second = second, place.start(wait=False, at_its_own_port=True)
            _wait(second, stands_by)
        if stands_by:
            second.stop()
        else:
            _hand_over(place, first, outcome)
        words.append("with a stranger about")
        _stranger_polls(place, words[-1])
        kept = place.texts_kept()
    twice = sum(kept[one] > 1 for one in words)
    lost = sum(kept[one] == 0 for one in words)
    outcome.must(twice == 0 and lost == 0, f"{lost} lost, {twice} twice")
    outcome.must_in_time(max(takeovers) < within_s, f"taking over took more than {within_s:.0f} s")
    together = changed_at_once(lab, database, outcome)
    if not stands_by:
        together += f"; {back_too_late(lab, database, outcome)}"
    outcome.figure = (
        f"taken over within {max(takeovers):.1f} s; {lost} lost, {twice} twice; a 409 alarms; "
        f"{together}"
    )
    return outcome


def _stranger_polls(place: Installation, words: str) -> None:
    for _ in range(3):
        place.emulator.call(TOKEN, "getUpdates", timeout=1, offset=0)
        time.sleep(0.2)
    place.write(0, words)
    until(lambda: arrived_mail(place, "polls Telegram with this bot's token"), "an alarm")
    until(lambda: place.texts_kept()[words], "polling goes on", within_s=40)
    place.wait_quiet()


def _hang(place: Installation, first: Process) -> None:
    """It stands still; not while it writes, for then nobody could."""
    with contextlib.closing(sqlite3.connect(place.folder / "tettpa.db", timeout=0)) as database:
        for _ in range(100):
            first.popen.send_signal(signal.SIGSTOP)
            with contextlib.suppress(sqlite3.OperationalError):
                database.execute("BEGIN IMMEDIATE")
                database.rollback()
                return
            first.popen.send_signal(signal.SIGCONT)
            time.sleep(0.05)
    raise NotInTime("it writes all the time")


def _comes_back(first: Process, outcome: Outcome) -> None:
    """The second has its place: it must end, or two would work side by side."""
    first.popen.send_signal(signal.SIGCONT)
    with contextlib.suppress(NotInTime):
        until(lambda: not first.is_alive, "it ends", within_s=10)
    outcome.must(not first.is_alive, "who lost its place goes on beside the second")


def _hand_over(place: Installation, sends: Process, outcome: Outcome) -> None:
    """Whoever sends is told to end with questions on their way: the other must not take them for lost."""
    questions = [(number, f"handed over {number}") for number in range(len(place.chats))]
    place.emulator.fault("sendMessage", "answer_late", times=len(questions), seconds=ANSWER_S)
    place.queue(questions, message_class=MessageClass.AT_LEAST_ONCE)
    until(lambda: place.arrived()[questions[0][1]], "they are on their way")
    sends.stop()
    place.wait_quiet()
    place.emulator.delete("faults")
    copies = Counter(place.arrived()[words] for _, words in questions)
    lost = place.count("outbox WHERE key LIKE '%handed over%' AND (copies <> 1 OR state <> 'sent')")
    # Where all is slow, who ends may have to leave some to be taken for lost.
    outcome.must_in_time(
        copies == {1: len(questions)}, f"copies of what was handed over: {dict(copies)}"
    )
    outcome.must_in_time(lost == 0, f"{lost} on their way were taken for lost")


def _wait(second: Process, stands_by: bool) -> None:
    if stands_by:
        second.wait_answering()
    else:
        second.wait_ready()


def _all_write(place: Installation, words: list[str]) -> None:
    for number, one in enumerate(words):
        place.write(number, one)
