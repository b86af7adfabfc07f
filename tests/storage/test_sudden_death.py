"""kill -9 while units are being committed: what was acknowledged is there afterwards."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine

from tests.storage.sample_tables import SampleUnit, entries

ROOT = Path(__file__).parents[2]
ROUNDS = 3
ACKNOWLEDGED_AT_LEAST = 40


def test_every_acknowledged_unit_survives_kill_9(database_url: str, engine: Engine) -> None:
    acknowledged: set[int] = set()

    for number in range(ROUNDS):
        acknowledged |= _write_until_killed(
            database_url, first=number * 1_000_000, lines=ACKNOWLEDGED_AT_LEAST + 37 * number
        )

    with engine.connect() as connection:
        stored = set(entries(SampleUnit(connection)))
    assert len(acknowledged) >= ROUNDS * ACKNOWLEDGED_AT_LEAST
    assert acknowledged - stored == set()


def _write_until_killed(database_url: str, *, first: int, lines: int) -> set[int]:
    writer = [sys.executable, "-m", "tests.storage.acknowledging_writer", database_url, str(first)]
    with subprocess.Popen(writer, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        read = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        rest = process.stdout.read().splitlines(keepends=True)
    # A line cut short by the kill was not acknowledged to anybody.
    return {int(line) for line in [*read, *rest] if line.endswith("\n")}
