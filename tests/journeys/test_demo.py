"""`tettpa demo` as its visitor has it: everything starts, and what the page offers begins on a phone."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.demo.cast import SAMPLES
from tests.emulator_process import EmulatorControl
from tests.journeys.rig import ROOT
from tests.program_process import until

ADDRESS = re.compile(r"clock\s+(http://127\.0\.0\.1:\d+)")


@contextmanager
def _demo(folder: Path) -> Iterator[EmulatorControl]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TETTPA_")}
    log = folder / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "demo", "--port", "0", "--speed", "0"],
            env={**kept, "PYTHONPATH": str(ROOT)},
            cwd=folder,
            stdout=output,
            stderr=output,
        )
    try:
        said = until(lambda: ADDRESS.search(log.read_text()) or process.poll(), "an address")
        assert isinstance(said, re.Match), log.read_text()
        control = EmulatorControl(said[1], 0)
        yield control
        control.close()
    finally:
        # Not SIGINT: whatever a script starts in the background ignores it, and so would this.
        process.terminate()
        process.wait(30)
    assert process.returncode == 0, log.read_text()


def test_what_the_page_offers_begins_at_once_on_the_phone_of_a_sample_person(
    tmp_path: Path,
) -> None:
    person = SAMPLES[0]

    with _demo(tmp_path) as emulator:
        offered = [item["key"] for g in emulator.get("rehearsal")["groups"] for item in g["items"]]
        before = len(emulator.texts(person.phone_id))
        emulator.text(person.phone_id, "/try workplace_rules.contract en")
        until(lambda: len(emulator.texts(person.phone_id)) > before + 1, "the lesson")
        said = emulator.texts(person.phone_id)[before:]

    assert "workplace_rules.contract" in offered
    assert any(f"Hi {person.first_name}!" in text for text in said)
