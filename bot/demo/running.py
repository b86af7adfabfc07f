"""`tettpa demo`: starts the emulator and the program as processes of their own, and says where to look."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from bot.app import load_content, open_program, upgrade_database
from bot.config import Settings, load_settings
from bot.demo.cast import CASEWORKER, COORDINATOR, DEMO_BEGINS_AT, INVITED_AT, PERSONAS, SAMPLES
from bot.demo.guide import guide_html
from bot.demo.history import History, Past
from bot.demo.offer import offer_of
from bot.domain.errors import BadSetting
from bot.scheduling.clock import DeclaredClock
from bot.services.logins import new_login_link
from bot.services.offices import staff_by_email
from bot.services.ports import UnitOfWork

# Shaped like a token and of no bot: it only ever meets the emulator.
TOKEN = "7000000000:sample-token-of-the-demo-only"
START_WITHIN_S = 30.0
CONSOLE_PORT = 8080


def run_demo(*, port: int, speed: float, content_dir: Path | None = None) -> None:
    """Run until Ctrl-C or SIGTERM; everything lives in a temporary folder that goes with it.

    Args:
        content_dir: A pack of one's own to rehearse; None plays the one that comes along.

    Raises:
        BadSetting, BadContent: One sentence each.
    """
    screen = Console(highlight=False)
    signal.signal(signal.SIGTERM, _interrupt)
    with tempfile.TemporaryDirectory(prefix="tettpa-demo-") as folder:
        demo = _Demo(Path(folder), port=port, speed=speed, content_dir=content_dir)
        try:
            with screen.status("Playing the first weeks of the sample course …"):
                demo.start()
            screen.print(demo.addresses(), soft_wrap=True, markup=True)
            demo.wait()
        except KeyboardInterrupt:
            screen.print("Stopping.")
        finally:
            demo.stop()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


class _Demo:
    """The two processes and what they share: nothing but HTTP, SMTP and the database's address."""

    def __init__(self, folder: Path, *, port: int, speed: float, content_dir: Path | None) -> None:
        self._folder = folder
        self._content_dir = content_dir.resolve() if content_dir else None
        self._speed = speed
        self._phones_port = _free_port(port)
        self._console_port = _free_port(CONSOLE_PORT)
        self._secret = secrets.token_hex(32)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._links: dict[str, str] = {}

    @property
    def phones_url(self) -> str:
        return f"http://127.0.0.1:{self._phones_port}"

    @property
    def console_url(self) -> str:
        return f"http://127.0.0.1:{self._console_port}"

    def start(self) -> None:
        """Play the past, start the emulator, fill its phones, start the program."""
        settings = self._settings()
        offer = offer_of(load_content(settings))
        upgrade_database(settings)
        clock = DeclaredClock(INVITED_AT)
        with open_program(settings, clock=clock) as program:
            history = Past(program, clock).play()
            for _, email in (CASEWORKER, COORDINATOR):
                token = program.storage.run_sync(_login_token, email)
                self._links[email] = f"{self.console_url}/login/{token}"
        smtp_port = self._start_emulator()
        self._fill_phones(history)
        self._start_program(smtp_port)
        with self._emulator() as http:
            http.put("/rehearsal", json=offer).raise_for_status()

    def addresses(self) -> str:
        return (
            "\n[bold]Tett på: the demo is running[/bold]\n\n"
            f"  Phones, mailbox and clock   {self.phones_url}\n"
            f"  Console as the caseworker   {self._links[CASEWORKER[1]]}\n"
            f"  Console as the coordinator  {self._links[COORDINATOR[1]]}\n\n"
            "Open the phones first: a guide on the page says what to try. Ctrl-C ends it all."
        )

    def wait(self) -> None:
        """Until one of the processes ends. Raises BadSetting when that was not asked for."""
        while True:
            for process in self._processes:
                if process.poll() is not None:
                    raise BadSetting(
                        f"A part of the demo ended (exit code {process.returncode}); "
                        f"its log is {self._folder}."
                    )
            time.sleep(0.3)

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _settings(self, **more: Any) -> Settings:
        return load_settings(
            env_file=None,
            database_url=f"sqlite:///{self._folder / 'demo.db'}",
            secret_key=self._secret,
            content_dir=self._content_dir,
            **more,
        )

    def _start_emulator(self) -> int:
        guide, ready = self._folder / "guide.html", self._folder / "emulator.json"
        guide.write_text(guide_html(self._links, self.console_url), encoding="utf-8")
        self._spawn(
            "-m",
            "bot.emulator",
            "--port",
            str(self._phones_port),
            "--smtp-port",
            "0",
            "--app-url",
            self.console_url,
            "--now",
            DEMO_BEGINS_AT.isoformat().replace("+00:00", "Z"),
            "--speed",
            str(self._speed),
            "--ready-file",
            str(ready),
            "--guide",
            str(guide),
        )
        self._until(lambda: ready.exists() and ready.read_text().strip().endswith("}"))
        smtp_port: int = json.loads(ready.read_text())["smtp_port"]
        return smtp_port

    def _emulator(self) -> httpx.Client:
        return httpx.Client(base_url=f"{self.phones_url}/emulator", timeout=10.0, trust_env=False)

    def _fill_phones(self, history: History) -> None:
        with self._emulator() as http:
            bot = {"token": TOKEN, "username": "tettpa_demo_bot", "name": "Tett på"}
            http.post("/bots", json=bot).raise_for_status()
            for persona in (*PERSONAS, *SAMPLES):
                phone = {
                    "name": persona.first_name,
                    "last_name": persona.last_name,
                    "language_code": persona.language,
                    "user_id": persona.phone_id,
                    "bot": TOKEN,
                }
                http.post("/phones", json=phone).raise_for_status()
                messages = history.by_phone.get(persona.phone_id, [])
                http.post(
                    f"/phones/{persona.phone_id}/history", json={"messages": messages}
                ).raise_for_status()

    def _start_program(self, smtp_port: int) -> None:
        environment = {
            "TETTPA_DATABASE_URL": f"sqlite:///{self._folder / 'demo.db'}",
            "TETTPA_SECRET_KEY": self._secret,
            "TETTPA_TELEGRAM_TOKEN": TOKEN,
            "TETTPA_TELEGRAM_API_URL": self.phones_url,
            "TETTPA_CLOCK_URL": f"{self.phones_url}/clock",
            "TETTPA_REHEARSAL": "1",
            "TETTPA_CONTENT_DIR": str(self._content_dir or ""),
            "TETTPA_HOST": "127.0.0.1",
            "TETTPA_PORT": str(self._console_port),
            "TETTPA_CONSOLE_URL": self.console_url,
            "TETTPA_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "TETTPA_MAIL_FROM": "Tett på <tettpa@example.org>",
        }
        self._spawn("-m", "bot.cli", "run", environment=environment)
        with httpx.Client(timeout=2.0, trust_env=False) as http:
            self._until(lambda: _is_ready(http, f"{self.console_url}/healthz/ready"))

    def _spawn(self, *arguments: str, environment: dict[str, str] | None = None) -> None:
        # The demo is its own world: settings of a real installation must not leak in.
        clean = {k: v for k, v in os.environ.items() if not k.startswith("TETTPA_")}
        with (self._folder / f"{arguments[1]}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                env=clean | (environment or {}),
                cwd=self._folder,
                stdout=log,
                stderr=log,
                # Ctrl-C goes to this process alone, which then stops the others in order.
                start_new_session=True,
            )
        self._processes.append(process)

    def _until(self, is_so: Any) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while not is_so():
            ended = next((p for p in self._processes if p.poll() is not None), None)
            if ended is not None or time.monotonic() > deadline:
                logs = "\n".join(p.read_text()[-600:] for p in sorted(self._folder.glob("*.log")))
                raise BadSetting(f"The demo did not start. The end of its logs:\n{logs}")
            time.sleep(0.1)


def _login_token(uow: UnitOfWork, email: str) -> str:
    return new_login_link(uow, staff_by_email(uow, email))


def _is_ready(http: httpx.Client, url: str) -> bool:
    try:
        return http.get(url).status_code == 200
    except httpx.HTTPError:
        return False


def _free_port(wished: int) -> int:
    """The wished port, or any free one when it is taken."""
    for port in (wished, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            free: int = probe.getsockname()[1]
            return free
    raise BadSetting("No free port was found on this machine.")
