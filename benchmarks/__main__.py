"""`make bench`: every benchmark in turn, one table, and the results kept.

Run: python -m benchmarks [--only 1,3] [--full] [--database sqlite|postgresql|both] [--dry]
"""

from __future__ import annotations

import argparse
import importlib
import time

from benchmarks.how import How
from benchmarks.table import POSTGRESQL, SQLITE, Line, keep, show

# Number and the Python file that measures it; each has `measure(how: How) -> list[Line]`.
BENCHMARKS = {
    "1": "benchmarks.whole_path",
    "2": "benchmarks.reply_times",
    "3": "benchmarks.due_sweep",
    "4": "benchmarks.allowance",
    "5": "benchmarks.lanes",
    "6": "benchmarks.workers",
    "7": "benchmarks.footprint",
    "8": "benchmarks.national",
    "9": "benchmarks.content_speed",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", default="", help="numbers, for example 1,3")
    parser.add_argument("--full", action="store_true", help="larger, as the guide describes")
    parser.add_argument("--database", choices=(SQLITE, POSTGRESQL, "both"), default="both")
    parser.add_argument("--dry", action="store_true", help="leave latest.json as it is")
    given = parser.parse_args()
    wanted = [n for n in given.only.split(",") if n] or list(BENCHMARKS)
    if unknown := [n for n in wanted if n not in BENCHMARKS]:
        parser.error(f"there is no benchmark {unknown[0]}: choose from {', '.join(BENCHMARKS)}")
    databases = (SQLITE, POSTGRESQL) if given.database == "both" else (given.database,)
    how = How(databases=databases, is_full=given.full)
    lines: list[Line] = []
    for number in wanted:
        began = time.monotonic()
        found = importlib.import_module(BENCHMARKS[number]).measure(how)
        show(found, title=f"Benchmark {number}, {time.monotonic() - began:.0f} s")
        lines += found
        if not given.dry:
            keep(found, replacing=[number])
    show(lines, title="All in one run")


if __name__ == "__main__":
    main()
