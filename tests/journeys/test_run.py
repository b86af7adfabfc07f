"""`tettpa run` as its own process: starting, refusing to start, standing by, stopping, logging."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.copied_databases import copied_into
from tests.emulator_process import start_emulator
from tests.journeys.rig import Rig, answer, free_port, seconds_to_end
from tests.real_office import (
    AMINA_CHAT,
    BEN_CHAT,
    NOON,
    TOKEN,
    found_office,
    open_office_at,
)
from tests.waiting import wait_until

STOPS_WITHIN_SECONDS = 8.0
TAKES_OVER_WITHIN_SECONDS = 25.0
WORDS = "Hemmelige ord fra Amina"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with start_emulator(tmp_path, now=NOON) as emulator:
        emulator.add_bot(TOKEN, username="sample_bot")
        for name, chat in (("Amina", AMINA_CHAT), ("Ben", BEN_CHAT)):
            emulator.add_phone(name, user_id=chat)
            emulator.start(chat)
        yield Rig(tmp_path, emulator)


@pytest.fixture
def founded(rig: Rig) -> Rig:
    copied_into(rig.folder, found_office)
    return rig


def test_it_answers_stops_in_time_and_its_log_tells_nothing_of_anybody(founded: Rig) -> None:
    port = free_port()

    with founded.program(port) as process:
        wait_until(lambda: founded.is_ready(port), within=30)
        live = answer(port, "/healthz")
        founded.emulator.text(AMINA_CHAT, WORDS)
        founded.emulator.text(BEN_CHAT, "/hjelp")
        wait_until(lambda: len(founded.emulator.texts(AMINA_CHAT)) >= 2)
        wait_until(founded.emulator.mail)
        founded.emulator.block(AMINA_CHAT)
        took = seconds_to_end(process)

    log = founded.logs[0].read_text("utf-8")
    assert live == 200
    assert process.returncode == 0
    assert took < STOPS_WITHIN_SECONDS
    for secret in (WORDS, "Hemmelige", "Amina", "Ben", "Carol", TOKEN, TOKEN.split(":")[1]):
        assert secret not in log
    assert all(_is_entry(line) for line in log.splitlines() if line.strip())
    assert "Traceback" not in log
    with open_office_at(founded.database_url) as office:
        assert (
            office.storage.read_sync(lambda uow: uow.program_state.read("runner_lease"))["holder"]
            == ""
        )


def _is_entry(line: str) -> bool:
    entry: dict[str, Any] = json.loads(line)
    return {"event", "level", "timestamp"} <= entry.keys()


def test_it_stops_in_time_while_telegram_hangs(founded: Rig) -> None:
    port = free_port()

    with founded.program(port) as process:
        wait_until(lambda: founded.is_ready(port), within=30)
        founded.emulator.fault("sendMessage", "hang", seconds=30, times=5)
        founded.emulator.text(AMINA_CHAT, "Hei")
        wait_until(lambda: founded.emulator.requests(method="sendMessage"))
        took = seconds_to_end(process)

    assert process.returncode == 0
    assert took < STOPS_WITHIN_SECONDS


def test_a_second_program_stands_by_and_takes_over_when_the_first_is_killed(founded: Rig) -> None:
    first_port, second_port = free_port(), free_port()

    with founded.program(first_port) as first:
        wait_until(lambda: founded.is_ready(first_port), within=30)
        with founded.program(second_port):
            wait_until(lambda: answer(second_port, "/healthz") == 200, within=30)
            stands_by = not founded.is_ready(second_port)
            polled_before = len(founded.emulator.requests(method="getMe"))
            first.kill()
            first.wait()
            begun = time.monotonic()
            founded.emulator.text(AMINA_CHAT, "Er du der?")
            before = len(founded.emulator.texts(AMINA_CHAT))
            wait_until(
                lambda: len(founded.emulator.texts(AMINA_CHAT)) > before,
                within=TAKES_OVER_WITHIN_SECONDS,
            )
            took = time.monotonic() - begun

    assert stands_by
    assert polled_before == 1
    assert took < TAKES_OVER_WITHIN_SECONDS


def test_a_program_standing_by_stops_at_once(founded: Rig) -> None:
    port = free_port()

    with founded.program(free_port()) as first:
        wait_until(lambda: founded.emulator.requests(method="getUpdates"), within=30)
        with founded.program(port) as second:
            wait_until(lambda: answer(port, "/healthz") == 200, within=30)
            took = seconds_to_end(second)
        assert first.poll() is None

    assert second.returncode == 0
    assert took < STOPS_WITHIN_SECONDS


def test_webhook_mode_gets_its_updates_and_refuses_a_wrong_secret(founded: Rig) -> None:
    port = free_port()
    webhook = {
        "TETTPA_TELEGRAM_MODE": "webhook",
        "TETTPA_WEBHOOK_URL": f"http://127.0.0.1:{port}",
        "TETTPA_WEBHOOK_SECRET": "a sample webhook secret",
    }

    with founded.program(port, **webhook) as process:
        wait_until(lambda: founded.is_ready(port), within=30)
        founded.emulator.text(AMINA_CHAT, "Hei")
        wait_until(lambda: founded.emulator.texts(AMINA_CHAT), within=20)
        refused = httpx.post(
            f"http://127.0.0.1:{port}/telegram/1", json={"update_id": 1}, trust_env=False
        )
        took = seconds_to_end(process)

    assert refused.status_code == 403
    assert founded.emulator.requests(method="getUpdates") == []
    assert process.returncode == 0
    assert took < STOPS_WITHIN_SECONDS


def test_a_setwebhook_that_fails_at_first_is_tried_again(founded: Rig) -> None:
    port = free_port()
    founded.emulator.fault("setWebhook", "500_before", times=2)
    webhook = {
        "TETTPA_TELEGRAM_MODE": "webhook",
        "TETTPA_WEBHOOK_URL": f"http://127.0.0.1:{port}",
        "TETTPA_WEBHOOK_SECRET": "a sample webhook secret",
    }

    with founded.program(port, **webhook):
        wait_until(lambda: founded.emulator.texts(AMINA_CHAT), within=30)


def test_an_empty_database_is_one_line_with_the_remedy(rig: Rig) -> None:
    assert "tettpa db upgrade" in rig.refusal()


def test_an_unreachable_database_is_one_line(rig: Rig) -> None:
    said = rig.refusal(TETTPA_DATABASE_URL="postgresql://nobody:hunter2@127.0.0.1:9/none")

    assert "127.0.0.1" in said
    assert "hunter2" not in said


def test_a_token_telegram_does_not_know_is_one_line(founded: Rig) -> None:
    founded.emulator.declare_invalid(TOKEN)

    said = founded.refusal()

    assert "TETTPA_TELEGRAM_TOKEN" in said
    assert TOKEN not in said


def test_a_port_that_is_taken_is_one_line(founded: Rig) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        said = founded.refusal(taken.getsockname()[1])

    assert "TETTPA_PORT" in said


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("TETTPA_TELEGRAM_TOKEN", ""),
        ("TETTPA_SECRET_KEY", "kort"),
        ("TETTPA_HOST", "203.0.113.7"),
        ("TETTPA_CLOCK_URL", "http://127.0.0.1:9/clock"),
        ("TETTPA_CONTENT_DIR", "/nowhere/at/all"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_name(founded: Rig, setting: str, value: str) -> None:
    assert setting in founded.refusal(**{setting: value})
