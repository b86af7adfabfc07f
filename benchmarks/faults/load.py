"""Row 26: thousands of updates at once."""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from datetime import datetime

from benchmarks.faults.inbound import text_update
from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import NotInTime, until
from benchmarks.faults.stage import Setting
from tests.program_process import TOKEN

TAP_KEEPS_S = 150.0
FIFTH_WAITS_S = 3.5  # somebody's messages go one after the other, and none of them takes a second
TAPS = 20
BATCH = 1_000


def flood_of_updates(lab: Lab, database: str) -> Outcome:
    """Row 26: texts of many people, and taps behind all of them."""
    outcome = Outcome()
    many, people = lab.pick((400, 40), (2_000, 100), (10_000, 200))
    words = [f"flood {number}" for number in range(many)]
    with lab.installation(database, Setting(people), TETTPA_SEND_RATE="200") as place:
        # Five in a row by each: how long the fifth waits must not depend on how many others write.
        updates = [text_update(place.chats[n // 5 % people], words[n]) for n in range(many)]
        for first in range(0, many, BATCH):
            place.emulator.inject_updates(TOKEN, *updates[first : first + BATCH])
        for number in range(TAPS):
            place.emulator.tap_data(place.chats[number], 1, "v1:1:old", forged=True)
        begun = time.monotonic()
        with place.running() as process:
            until(lambda: place.count("inbox") >= many + TAPS, "all are durable", within_s=300)
            durable = time.monotonic() - begun
            until(
                lambda: place.count("inbox WHERE state = 'pending'") == 0,
                "all are handled",
                within_s=600,
            )
            done = time.monotonic() - begun
            place.wait_quiet()
            with contextlib.suppress(NotInTime):  # then they are missing
                until(lambda: len(_taps_answered(place)) >= TAPS, "all taps are answered")
            kept, answered = place.texts_kept(), _taps_answered(place)
            fifth = _wait_of_the_fifth(place)
            memory = process.memory_mb()
    lost = sum(kept[one] == 0 for one in words)
    twice = sum(kept[one] > 1 for one in words)
    latest = max(answered, default=begun + 10**6) - begun
    outcome.must(lost == 0 and twice == 0, f"{lost} lost, {twice} twice")
    outcome.must(len(answered) >= TAPS, f"{len(answered)} of {TAPS} taps answered")
    outcome.must_in_time(fifth < FIFTH_WAITS_S, f"somebody's fifth message waited {fifth:.1f} s")
    outcome.must_in_time(latest < TAP_KEEPS_S, f"taps answered after {latest:.0f} s")
    outcome.figure = (
        f"{many} updates: durable {durable:.1f} s, done {done:.1f} s (start-up included), "
        f"last tap {latest:.1f} s, "
        f"a fifth message {fifth:.1f} s after the first; {lost} lost, {twice} twice; {memory:.0f} MB"
    )
    return outcome


def _wait_of_the_fifth(place: Installation) -> float:
    """Seconds from a person's first message to their fifth, as they were handled; at worst."""
    handled: dict[int, list[datetime]] = defaultdict(list)
    for chat_id, at in place.rows("SELECT chat_id, processed_at FROM inbox ORDER BY seq"):
        handled[chat_id].append(at if isinstance(at, datetime) else datetime.fromisoformat(at))
    return max((times[4] - times[0]).total_seconds() for times in handled.values())


def _taps_answered(place: Installation) -> list[float]:
    """When each was."""
    return [call["monotonic"] for call in place.emulator.requests(method="answerCallbackQuery")]
