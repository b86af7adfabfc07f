"""Row 30: yesterday's backup comes back, and the world has gone on since."""

from __future__ import annotations

import re
import time
from datetime import timedelta

from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from benchmarks.faults.stage import Setting

ERASED = 4  # the participant's number
DUE_AFTER = timedelta(seconds=8)


def yesterdays_backup(lab: Lab, database: str) -> Outcome:
    """Row 30: what was sent since is not sent again, and who was erased since stays erased."""
    outcome, people = Outcome(), 4
    with lab.installation(database, Setting(people)) as place:
        with place.running():
            place.queue([(n, f"before the backup {n}") for n in range(people)])
            place.write(0, "hjelp")
            place.wait_quiet()
            place.queue([(n, f"due after the backup {n}") for n in range(people)], after=DUE_AFTER)
            place.queue([(0, "due next week")], after=timedelta(days=7))
            folder = _back_up(place)
            until(lambda: place.arrived()[f"due after the backup {people - 1}"], "it goes on")
            place.write(1, "written after the backup")
            place.command("participant", "erase", str(ERASED), "--yes")
            place.wait_quiet()
        sent_before = place.arrived()
        place.command("db", "restore", folder, "--yes")
        with place.running():
            place.write(0, "/meny")
            until(lambda: place.arrived() != sent_before, "the restored program works")
            place.wait_quiet()
            time.sleep(lab.pick(2.0, 5.0))  # whatever should not come would come now
        sent = place.arrived()
        resends = sum(
            sent[words] - count for words, count in sent_before.items() if "backup" in words
        )
        erased = place.count("participant WHERE id = :id AND status = 'erased'", id=ERASED)
        waiting = place.count("outbox WHERE rule = 'sample' AND state = 'queued'")
        cases = place.count("escalation WHERE state <> 'closed'")
    outcome.must(resends == 0, f"{resends} sent again")
    outcome.must(erased == 1, "the erased person is back")
    outcome.must(waiting == 1, f"{waiting} messages for next week instead of 1")
    outcome.must(cases >= 1, "the open case is gone")
    outcome.figure = f"resends: {resends} of {2 * people}; erasures replayed: {erased} of 1"
    return outcome


def _back_up(place: Installation) -> str:
    said = place.command(
        *("db", "backup", "--to", str(place.folder / "copies")),
        *("--keys-to", str(place.folder / "copied-keys")),
    )
    found = re.search(r"The database is in (\S+)", said)
    assert found is not None, said
    return found.group(1)
