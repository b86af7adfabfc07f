"""One line per figure, with its baseline from the same run; printed as a table and kept as JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

LATEST = Path(__file__).parent / "results" / "latest.json"

SQLITE, POSTGRESQL, NO_DATABASE = "sqlite", "postgresql", "none"


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured, beside what it is compared with; medians of runs that took turns.

    `less_is_better` for times and memory: the ratio is above 1 when we are better, for them too.
    """

    name: str  # "1 whole path, beside an aiogram echo": the benchmark's number first
    database: str
    value: float
    unit: str
    baseline: str
    baseline_value: float
    less_is_better: bool = False

    @property
    def ratio(self) -> float:
        above, below = (
            (self.baseline_value, self.value)
            if self.less_is_better
            else (self.value, self.baseline_value)
        )
        return above / below if below else float("inf")

    def to_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "database": self.database,
            "value": _rounded(self.value),
            "unit": self.unit,
            "baseline": self.baseline,
            "baseline_value": _rounded(self.baseline_value),
            "ratio": _rounded(self.ratio),
        }


def median(values: Sequence[float]) -> float:
    return float(statistics.median(values))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def show(lines: Sequence[Line], *, title: str = "") -> None:
    table = Table(title=title or None)
    for heading in ("name", "database", "value", "unit", "baseline", "baseline value", "ratio"):
        table.add_column(heading)
    for line in lines:
        table.add_row(*(str(value) for value in line.to_json().values()))
    Console(width=160).print(table)


def keep(lines: Sequence[Line], *, replacing: Sequence[str]) -> None:
    """Write `latest.json`: the new lines instead of those whose number is in `replacing`."""
    old = json.loads(LATEST.read_text()) if LATEST.exists() else []
    kept = [line for line in old if _number(str(line["name"])) not in replacing]
    written = [*kept, *(line.to_json() for line in lines)]
    written.sort(key=lambda line: _number(str(line["name"])))
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n")


def _number(name: str) -> str:
    return name.split(" ", 1)[0]


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
