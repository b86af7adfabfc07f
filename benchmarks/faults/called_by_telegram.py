"""Row 3: the webhook, which Telegram calls with every update, and a stranger now and then."""

from __future__ import annotations

from typing import Any

import httpx

from benchmarks.faults.installation import Installation
from benchmarks.faults.outcomes import Outcome
from tests.program_process import TOKEN

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def called_once_more(place: Installation, updates: list[dict[str, Any]]) -> None:
    """Let Telegram call a program with updates that came before."""
    place.emulator.inject_updates(TOKEN, *updates)
    place.wait_quiet()


def refuses_strangers(place: Installation, outcome: Outcome, update: dict[str, Any]) -> None:
    """Whoever does not know the secret learns nothing and changes nothing."""
    before = place.count("inbox")
    address = f"http://127.0.0.1:{place.environment['TETTPA_PORT']}/telegram/1"
    for path, headers in (
        ("", {}),
        ("", {SECRET_HEADER: "guessed"}),
        ("/guessed", {}),
        ("/guessed", {SECRET_HEADER: ""}),
    ):
        answer = httpx.post(address + path, json=update, headers=headers, trust_env=False)
        outcome.must(answer.status_code == 403, f"a stranger got {answer.status_code}")
    taken = place.count("inbox") - before
    outcome.must(taken == 0, f"{taken} updates of a stranger were taken")
