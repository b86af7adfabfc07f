"""Starting the emulator as its own process for tests, and a typed hand on its control."""

import base64
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

START_WITHIN_SECONDS = 20.0
STOP_WITHIN_SECONDS = 8.0
WAIT_STEP_SECONDS = 0.02


class EmulatorControl:
    """The control over HTTP; every method returns the emulator's JSON.

    Refusals (4xx) raise `httpx.HTTPStatusError`, whose response says why.
    """

    def __init__(self, url: str, smtp_port: int) -> None:
        self.url = url
        self.smtp_port = smtp_port
        # A wind may wait 20 s for every step of an application that does not come to rest.
        self.http = httpx.Client(base_url=url, timeout=120.0, trust_env=False)

    @property
    def api_url(self) -> str:
        """Return what a bot takes as the address of the Bot API."""
        return self.url

    def close(self) -> None:
        """Let go of the connection."""
        self.http.close()

    def get(self, path: str, **query: Any) -> Any:
        """GET a path under /emulator/."""
        return self._read(self.http.get(f"/emulator/{path}", params=query))

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """POST JSON to a path under /emulator/."""
        return self._read(self.http.post(f"/emulator/{path}", json=body or {}))

    def put(self, path: str, body: Any) -> Any:
        """PUT JSON to a path under /emulator/."""
        return self._read(self.http.put(f"/emulator/{path}", json=body))

    def delete(self, path: str) -> Any:
        """DELETE a path under /emulator/."""
        return self._read(self.http.delete(f"/emulator/{path}"))

    @staticmethod
    def _read(response: httpx.Response) -> Any:
        if response.is_error:
            text = f"{response.status_code}: {response.text}"
            raise httpx.HTTPStatusError(text, request=response.request, response=response)
        return response.json()

    def call(self, token: str, method: str, **parameters: Any) -> dict[str, Any]:
        """Call the Bot API as a bot would; the answer as it comes, also when it says no."""
        response = self.http.post(f"/bot{token}/{method}", json=parameters)
        answer: dict[str, Any] = response.json()
        return answer

    # Bots

    def add_bot(self, token: str, *, username: str | None = None, name: str | None = None) -> Any:
        """Make a bot known."""
        return self.post("bots", {"token": token, "username": username, "name": name})

    def declare_invalid(self, token: str, *, invalid: bool = True) -> Any:
        """Let the token be refused with 401, or be taken again."""
        return self.post(f"bots/{token}/invalid", {"invalid": invalid})

    def inject_updates(self, token: str, *updates: Any, as_is: bool = False) -> list[int]:
        """Queue raw updates of any shape."""
        answer = self.post(f"bots/{token}/updates", {"updates": list(updates), "as_is": as_is})
        ids: list[int] = answer["update_ids"]
        return ids

    def set_next_update_id(self, token: str, update_id: int) -> Any:
        """Let update ids go on from here."""
        return self.post(f"bots/{token}/next-update-id", {"update_id": update_id})

    def requests(self, *, since: int = 0, method: str = "") -> list[dict[str, Any]]:
        """Return Bot API calls."""
        calls: list[dict[str, Any]] = self.get("requests", since=since, method=method)
        return calls

    def sent(self, *, since: int = 0) -> list[dict[str, Any]]:
        """Return accepted outgoing messages."""
        messages: list[dict[str, Any]] = self.get("sent", since=since)
        return messages

    # Phones

    def add_phone(
        self,
        name: str = "Amina",
        *,
        bot: str | None = None,
        last_name: str | None = None,
        language_code: str | None = "nb",
        user_id: int | None = None,
    ) -> int:
        """Make a phone and return its id, which is the person's id for the bot too."""
        wanted = {
            "name": name,
            "bot": bot,
            "last_name": last_name,
            "language_code": language_code,
            "user_id": user_id,
        }
        phone_id: int = self.post("phones", wanted)["id"]
        return phone_id

    def phone(self, phone_id: int) -> dict[str, Any]:
        """Return everything on a phone."""
        shown: dict[str, Any] = self.get(f"phones/{phone_id}")
        return shown

    def texts(self, phone_id: int) -> list[str]:
        """Return what the bot wrote on a phone, oldest first."""
        return [one["text"] for one in self.phone(phone_id)["messages"] if one["from"] == "bot"]

    def start(self, phone_id: int, payload: str = "") -> Any:
        """Press Start."""
        return self.post(f"phones/{phone_id}/start", {"payload": payload})

    def text(self, phone_id: int, text: str) -> Any:
        """Write."""
        return self.post(f"phones/{phone_id}/text", {"text": text})

    def tap(self, phone_id: int, label: str) -> Any:
        """Tap the newest button of that label."""
        return self.post(f"phones/{phone_id}/tap", {"label": label})

    def tap_data(self, phone_id: int, message_id: int, data: str, *, forged: bool = False) -> Any:
        """Tap a certain button; `forged` also sends what is not on the screen."""
        body = {"message_id": message_id, "data": data, "forged": forged}
        return self.post(f"phones/{phone_id}/tap", body)

    def edit(self, phone_id: int, message_id: int, text: str) -> Any:
        """Change an own message."""
        return self.post(f"phones/{phone_id}/edit", {"message_id": message_id, "text": text})

    def send_file(
        self, phone_id: int, kind: str, data: bytes | None = None, *, name: str = "file"
    ) -> Any:
        """Send a photo, document, voice or sticker; a sample when no bytes are given."""
        body: dict[str, Any] = {}
        if data is not None:
            body = {"file_name": name, "data_base64": base64.b64encode(data).decode()}
        return self.post(f"phones/{phone_id}/{kind}", body)

    def block(self, phone_id: int) -> Any:
        """Block the bot."""
        return self.post(f"phones/{phone_id}/block")

    def unblock(self, phone_id: int) -> Any:
        """Unblock the bot."""
        return self.post(f"phones/{phone_id}/unblock")

    def deactivate(self, phone_id: int) -> Any:
        """Delete the person's Telegram account."""
        return self.post(f"phones/{phone_id}/deactivate")

    def history(self, phone_id: int, messages: list[dict[str, Any]]) -> Any:
        """Put earlier messages on the phone."""
        return self.post(f"phones/{phone_id}/history", {"messages": messages})

    # Groups

    def add_group(self, title: str, members: list[int], *, bots: list[str] | None = None) -> int:
        """Make a group and return its chat id."""
        wanted = {"title": title, "members": members, "bots": bots}
        chat_id: int = self.post("groups", wanted)["id"]
        return chat_id

    def group_text(self, chat_id: int, member: int, text: str) -> Any:
        """Write in a group as a member."""
        return self.post(f"groups/{chat_id}/text", {"from": member, "text": text})

    def migrate(self, chat_id: int) -> int:
        """Upgrade a group and return its new chat id."""
        new_id: int = self.post(f"groups/{chat_id}/migrate")["id"]
        return new_id

    # Faults and limits

    def fault(self, method: str, kind: str, **more: Any) -> Any:
        """Plant a fault."""
        return self.post("faults", {"method": method, "kind": kind, **more})

    def delivery_fault(self, kind: str, **more: Any) -> Any:
        """Let updates come twice ("duplicate"), out of order, or not at all ("outage")."""
        return self.post("faults", {"kind": kind, **more})

    def mail_fault(self, kind: str, times: int = 1) -> Any:
        """Let the next letters be refused ("refuse") or put off ("temporary")."""
        return self.post("mail/faults", {"kind": kind, "times": times})

    def limits(self, **wanted: Any) -> Any:
        """Switch sending limits on with `enforce=True`."""
        return self.post("limits", wanted)

    # Clock and mail

    def now(self) -> datetime:
        """Return the emulator's present instant."""
        return datetime.fromisoformat(self.http.get("/clock").json()["now"])

    def wind(self, **how: Any) -> Any:
        """Wind the clock and wait until it is there (see the emulator's README for `how`)."""
        return self.post("clock", how)

    def wind_to(self, instant: datetime) -> Any:
        """Wind to an aware instant."""
        return self.wind(to=instant.isoformat())

    def mail(self) -> list[dict[str, Any]]:
        """Return the letters in the mailbox."""
        letters: list[dict[str, Any]] = self.get("mail")
        return letters

    def reset(self, now: datetime | None = None) -> Any:
        """Forget everything; `now` also sets the clock."""
        return self.post("reset", {"now": now.isoformat()} if now else {})


@contextmanager
def start_emulator(
    tmp_path: Path,
    *,
    now: datetime | None = None,
    app_url: str | None = None,
    speed: float = 1.0,
    guide: Path | None = None,
) -> Iterator[EmulatorControl]:
    """Run an emulator on free ports for as long as the block lasts."""
    ready = tmp_path / f"emulator-{time.monotonic_ns()}.json"
    command = [sys.executable, "-m", "bot.emulator", "--port", "0", "--smtp-port", "0"]
    command += ["--ready-file", str(ready), "--speed", str(speed)]
    if now is not None:
        command += ["--now", now.isoformat()]
    if app_url is not None:
        command += ["--app-url", app_url]
    if guide is not None:
        command += ["--guide", str(guide)]
    log = ready.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        where = _wait_until_ready(process, ready, log)
        control = EmulatorControl(where["url"], where["smtp_port"])
        try:
            yield control
        finally:
            control.close()
    finally:
        process.terminate()
        try:
            process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], ready: Path, log: Path) -> dict[str, Any]:
    deadline = time.monotonic() + START_WITHIN_SECONDS
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the emulator did not start:\n{log.read_text('utf-8')}")
        # Waiting for another process: nothing in this one can tell us earlier.
        time.sleep(WAIT_STEP_SECONDS)
    where: dict[str, Any] = json.loads(ready.read_text("utf-8"))
    return where
