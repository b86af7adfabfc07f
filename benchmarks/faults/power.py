"""Row 18: the power fails, and of the database's files only what was synced is left."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.storage import Writing

SHIM = Path(__file__).with_name("forget_unsynced.c")
COMPILER = shutil.which("cc")


def power_fails(lab: Lab, database: str) -> Outcome:
    """Row 18: at every death the files become what the disk had for certain."""
    outcome, deaths = Outcome(), lab.pick(2, 10, 40)
    chance = lab.random(18, database)
    with lab.installation(database) as place:
        library = _compiled(place.folder)
        shadow = place.folder / "shadow"
        shadow.mkdir()
        writing = Writing(place, every_s=0.05)
        with writing.going_on():
            for _ in range(deaths):
                # What this process writes is no part of the rehearsal: the disk has it.
                place.end_lease_of_the_dead()
                _copy_all(place.folder, shadow)
                process = place.start(LD_PRELOAD=library, FAULTS_SHADOW=shadow)
                time.sleep(chance.uniform(0.5, 1.5))
                process.kill()
                _copy_all(shadow, place.folder)
        with place.running():
            place.write(0, "the last")
            place.wait_quiet()
            lost, twice = writing.judge(outcome)
    outcome.figure = (
        f"{deaths} power cuts, what was not synced dropped: {lost} of {len(writing.words)} lost, "
        f"{twice} twice"
    )
    return outcome


def _compiled(folder: Path) -> Path:
    assert COMPILER is not None, "a C compiler is needed: install one (apt-get install gcc)"
    library = folder / "forget_unsynced.so"
    command = [COMPILER, "-shared", "-fPIC", "-O1", "-o", str(library), str(SHIM), "-ldl"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return library


def _copy_all(source: Path, target: Path) -> None:
    """Make the target's database files the source's; SQLite makes its index of the log anew."""
    for file in target.glob("tettpa.*"):
        file.unlink()
    for file in source.glob("tettpa.*"):
        if not file.name.endswith((".part", "-shm")):
            shutil.copy(file, target / file.name)
