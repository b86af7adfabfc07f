"""The emulator as a process: it says where it is and ends cleanly."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.emulator_process import EmulatorControl


def test_it_prints_one_line_and_ends_cleanly_while_a_poll_waits(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    command = [sys.executable, "-m", "bot.emulator", "--port", "0", "--smtp-port", "0"]
    process = subprocess.Popen(
        [*command, "--ready-file", str(ready)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    where = threading.Event()
    for _ in range(500):
        if ready.exists():
            break
        where.wait(0.01)
    addresses = json.loads(ready.read_text("utf-8"))
    control = EmulatorControl(addresses["url"], addresses["smtp_port"])
    token = "1:sample-token"
    answers: list[object] = []

    def poll() -> None:
        answers.append(control.call(token, "getUpdates", timeout=30))

    waiting = threading.Thread(target=poll)
    waiting.start()
    other = EmulatorControl(addresses["url"], addresses["smtp_port"])
    for _ in range(500):
        if other.requests(method="getUpdates"):
            break
        where.wait(0.01)

    process.send_signal(signal.SIGTERM)
    code = process.wait(10)
    waiting.join(10)
    rest = process.stdout.read()
    process.stdout.close()
    control.close()
    other.close()

    assert code == 0
    assert addresses["url"] in line
    assert rest == ""
    assert answers == [{"ok": True, "result": []}]


def test_a_moment_without_zone_is_refused_in_one_line() -> None:
    command = [sys.executable, "-m", "bot.emulator", "--now", "2026-03-03T09:00:00"]

    refused = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert refused.returncode == 2
    assert "--now: the instant needs a zone" in refused.stderr
