"""`tettpa doctor`: looks at everything the program stands on, one line each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from bot.commands.options import Json

if TYPE_CHECKING:
    from bot.commands.doctor_checks import Finding

MARKS = {"ok": "✓", "fault": "✗", "off": "–"}
STYLES = {"ok": "green", "fault": "bold red", "off": "dim"}


def doctor(json_wanted: Json = False) -> None:
    """Look at all the program stands on: settings, database, Telegram, content, clocks, mail."""
    from bot.commands.doctor_checks import examine
    from bot.commands.printing import print_json

    findings = []
    for finding in examine():
        findings.append(finding)
        if not json_wanted:
            _print(finding)
    faults = sum(finding.state == "fault" for finding in findings)
    if json_wanted:
        rows = [{"check": f.check, "state": f.state, "text": f.text} for f in findings]
        print_json({"ok": not faults, "checks": rows})
    if faults:
        raise typer.Exit(1)


def _print(finding: Finding) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False, emoji=False, soft_wrap=True)
    mark = Text(MARKS[finding.state], style=STYLES[finding.state])
    console.print(mark, Text(f"{finding.check:<10} {finding.text}"))
