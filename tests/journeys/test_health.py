"""The real program is watched: it says that it is well, and measures itself."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import httpx

from tests.emulator_process import start_emulator
from tests.program_process import TOKEN, running_program, settings_for, tettpa


def test_a_running_program_is_live_ready_and_measured(tmp_path: Path, database_url: str) -> None:
    with start_emulator(tmp_path) as emulator, socket.socket() as probe:
        emulator.add_bot(TOKEN, username="sample_bot", name="Tett på")
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = settings_for(tmp_path, emulator, port=port, TETTPA_DATABASE_URL=database_url)
        tettpa(environment, "db", "upgrade", folder=tmp_path)

        with (
            running_program(environment, folder=tmp_path),
            httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as asker,
        ):
            assert asker.get("/healthz").json()["live"] is True
            assert asker.get("/healthz/ready").json()["failing"] == []
            metrics = asker.get("/metrics").text

    figures = dict(re.findall(r"^(tettpa_\w+(?:\{[^}]*\})?) (\S+)$", metrics, re.MULTILINE))
    assert float(figures["tettpa_working"]) == 1
    assert float(figures["tettpa_database_up"]) == 1
    assert float(figures["tettpa_last_sweep_age_seconds"]) < 30
    assert float(figures['tettpa_last_sender_turn_age_seconds{office="1"}']) < 30
    assert float(figures['tettpa_clock_state{state="trusted"}']) == 1
    assert float(figures['tettpa_telegram_connected{office="1"}']) == 1
