"""`make faults`: runs the matrix, or the mutants that it must catch."""

from __future__ import annotations

import argparse
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence

from benchmarks.faults import report
from benchmarks.faults.lab import FULL, LANES_WHEN_SHORT, NORMAL, SHORT, Lab
from benchmarks.faults.outcomes import BOTH, Line, Row, Verdict
from benchmarks.faults.rows import ROWS

Note = Callable[[Line], None]


def main() -> int:
    asked = _arguments()
    if asked.mutants:
        from benchmarks.faults.mutation import run_mutants

        return run_mutants(asked.mutants, seed=asked.seed)
    scale = SHORT if asked.short else FULL if asked.full else NORMAL
    databases = BOTH if asked.database == "both" else (asked.database,)
    rows = [row for row in ROWS if not asked.row or row.number in asked.row]
    begun, lock = time.monotonic(), threading.Lock()
    lines: list[Line] = []

    def note(line: Line) -> None:
        with lock:
            lines.append(line)
            if not asked.short or asked.write:  # an interrupted run has its results too
                minutes = (time.monotonic() - begun) / 60
                report.write(lines, how=f"Seed {asked.seed}, {scale} form, {minutes:.1f} minutes.")

    lab = Lab(seed=asked.seed, scale=scale, kills=asked.kills)
    try:
        for row in rows:
            if row.run is None:
                line = Line(row.number, row.fault, "both", Verdict.NOT_YET, row.figure)
                report.show(line, 0)
                note(line)
        beside = LANES_WHEN_SHORT if asked.short else 1
        again = _run_beside(lab, [row for row in rows if not row.alone], databases, beside, note)
        again += _run_beside(lab, [row for row in rows if row.alone], databases, 1, note)
    finally:
        lab.close()
    count = {verdict: sum(line.verdict is verdict for line in lines) for verdict in Verdict}
    minutes = (time.monotonic() - begun) / 60
    print(", ".join(f"{n} {verdict.value}" for verdict, n in count.items()), f"({minutes:.1f} min)")
    if again:
        print(f"tried twice: {', '.join(again)}")
    return 1 if count[Verdict.FAILS] else 0


def _run_beside(
    lab: Lab, rows: Sequence[Row], databases: Sequence[str], lanes: int, note: Note
) -> list[str]:
    """Rows mostly wait: each database has lanes of its own, each taking the next row.

    Returns which rows were tried twice.
    """
    queues, waiting = [], []
    for database in databases:
        queue = deque(row for row in rows if row.run is not None and database in row.databases)
        queues.append(queue)
        waiting += [lab.pool.submit(run_lane, lab, queue, database, note) for _ in range(lanes)]
    try:
        return [name for lane in waiting for name in lane.result()]
    finally:
        for queue in queues:  # interrupted: the rows at work end, no further one begins
            queue.clear()


def run_lane(lab: Lab, queue: deque[Row], database: str, note: Note) -> list[str]:
    again: list[str] = []
    while True:
        try:
            row = queue.popleft()
        except IndexError:
            return again
        line, may_be_slowness = _run_on(lab, row, database)
        if may_be_slowness and lab.scale == SHORT:
            # What is slow by itself is slow again. What was lost, doubled or wrong is not tried again.
            again.append(f"{row.number} ({database})")
            line, _ = _run_on(lab, row, database)
        note(line)


def _run_on(lab: Lab, row: Row, database: str) -> tuple[Line, bool]:
    """Also whether it failed for a reason that a busy machine may give."""
    assert row.run is not None
    begun = time.monotonic()
    try:
        outcome = row.run(lab, database)
        verdict, figure, may_be_slowness = outcome.verdict, outcome.words, outcome.is_only_late
    except Exception as error:  # a row that cannot be carried out does not hold
        may_be_slowness = True
        if lab.wants_tracebacks:
            traceback.print_exc()
        words = " ".join(str(error).split())[:300]
        verdict, figure = Verdict.FAILS, f"{type(error).__name__}: {words}"
    line = Line(row.number, row.fault, database, verdict, figure)
    report.show(line, time.monotonic() - begun)
    return line, may_be_slowness


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--row", type=int, action="append", help="only this row; repeatable")
    parser.add_argument("--database", choices=[*BOTH, "both"], default="both")
    parser.add_argument("--seed", type=int, default=1, help="repeats a run")
    parser.add_argument("--kills", type=int, help="deaths per database in row 1")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help="more repetitions")
    size.add_argument("--short", action="store_true", help="every row, few repetitions")
    parser.add_argument("--write", action="store_true", help="write the short form's results too")
    parser.add_argument(
        "--mutants", nargs="*", metavar="NAME", help="show that the matrix catches every mistake"
    )
    asked = parser.parse_args()
    if asked.mutants is not None and not asked.mutants:
        asked.mutants = ["all"]
    return asked


if __name__ == "__main__":
    sys.exit(main())
