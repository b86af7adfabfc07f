"""Benchmark 4: thousands of reminders due at one second, and how much of Telegram's allowance is used."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from benchmarks.crowd import RATE, change, plan_reminders
from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.program import until
from benchmarks.faults.stage import Setting
from benchmarks.how import How
from benchmarks.table import Line, percentile

TELEGRAM_A_SECOND = 30
MANY, FULL = 2_000, 10_000
AHEAD = timedelta(seconds=3)
PACE = f"the pace that is set, {RATE} a second"
_SENT = "outbox WHERE rule = 'session_reminder' AND state = 'sent'"
_FIRST = "SELECT min(due_at) FROM occurrence WHERE state = 'pending' AND rule = 'session_reminder'"


def measure(how: How) -> list[Line]:
    lab = Lab()
    try:
        many = FULL if how.is_full else MANY
        return [line for database in how.databases for line in _measured(lab, database, many)]
    finally:
        lab.close()


def _measured(lab: Lab, database: str, many: int) -> list[Line]:
    with lab.installation(database, Setting(many), TETTPA_SEND_RATE=str(RATE)) as place:
        plan_reminders(place)
        place.emulator.limits(enforce=True, per_bot_per_second=TELEGRAM_A_SECOND)
        with place.running():
            due_at = _let_them_be_due(place)
            time.sleep(many / RATE)  # asking all the while would take from what is measured
            until(
                lambda: place.count(_SENT) == many,
                "all are sent",
                within_s=many / RATE + 60,
            )
            calls = [call for call in place.send_calls() if call["monotonic"] > due_at]
    refused = sum(call["status"] == 429 for call in calls)
    sent = sorted(call["monotonic"] for call in calls if call["status"] == 200)
    assert len(sent) == many, f"{len(sent)} messages for {many} people"
    lateness = percentile([at - due_at for at in sent], 0.99)
    return [
        Line(
            f"4 messages a second, {many:,} reminders at one second, {refused} answers 429",
            database,
            (many - 1) / (sent[-1] - sent[0]),
            "1/s",
            PACE,
            RATE,
        ),
        Line(
            f"4 p99 of lateness, {many:,} reminders at one second",
            database,
            lateness,
            "s",
            PACE,
            0.99 * many / RATE,
            less_is_better=True,
        ),
    ]


def _let_them_be_due(place: Installation) -> float:
    """All reminders of the same kind in three seconds; that moment, on the monotonic clock."""
    due_at = datetime.now(UTC) + AHEAD
    change(
        place,
        f"UPDATE occurrence SET due_at = :due_at WHERE due_at = ({_FIRST})"
        " AND state = 'pending' AND rule = 'session_reminder'",
        due_at=due_at,
    )
    return time.monotonic() + (due_at - datetime.now(UTC)).total_seconds()
