"""Writes the matrix where people look: the terminal, docs/fault-matrix.md and a JSON file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.faults.outcomes import Line, Verdict
from benchmarks.faults.program import ROOT

TABLE = ROOT / "docs" / "fault-matrix.md"
RESULTS = ROOT / "benchmarks" / "results" / "faults.json"
BEGIN, END = "<!-- matrix begins -->", "<!-- matrix ends -->"
HEAD = (
    "| # | fault | database | verdict | figure |",
    "|---|---|---|---|---|",
)


def show(line: Line, seconds: float) -> None:
    where = f"{line.row:>2} {line.fault[:46]:<46} {line.database:<10} {line.verdict.value:<7}"
    print(f"{where} {line.figure}  [{seconds:.0f} s]", flush=True)


def write(lines: Sequence[Line], *, how: str) -> None:
    """Replace what was measured; rows that did not run this time keep their last result."""
    fresh = {(line.row, line.database) for line in lines}
    rows_run = {line.row for line in lines}
    kept = [
        line
        for line in _earlier()
        if (line.row, line.database) not in fresh
        and not (line.verdict is Verdict.NOT_YET and line.row in rows_run)
    ]
    order = {"both": 0, "sqlite": 1, "postgresql": 2}
    merged = sorted([*kept, *lines], key=lambda line: (line.row, order.get(line.database, 3)))
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(
        json.dumps([asdict(line) for line in merged], indent=1, ensure_ascii=False) + "\n"
    )
    table = [
        f"| {one.row} | {one.fault} | {one.database} | {one.verdict.value} | {_cell(one.figure)} |"
        for one in merged
    ]
    _put_between_markers("\n".join((how, "", *HEAD, *table)), TABLE)


def _earlier() -> list[Line]:
    if not RESULTS.exists():
        return []
    return [
        Line(**{**row, "verdict": Verdict(row["verdict"])})
        for row in json.loads(RESULTS.read_text())
    ]


def _cell(words: str) -> str:
    return " ".join(words.replace("|", "/").split())


def _put_between_markers(table: str, page: Path) -> None:
    text = page.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", "utf-8")
