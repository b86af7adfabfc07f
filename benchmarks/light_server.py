"""A Bot API server as cheap as Python allows: hands out prepared updates, notes when each was answered.

Run as a process of its own: python -m benchmarks.light_server READY_FILE
It reads no more of a call than it needs, so that it limits nobody; the same for every contender.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_OFFSET = re.compile(rb"offset\W+(\d+)")
_TIMEOUT = re.compile(rb"timeout\W+(\d+)")
_LIMIT = re.compile(rb"limit\W+(\d+)")
_CHAT = re.compile(rb"chat_id\W+(\d+)")
# As form fields of a multipart body have their value on a line of its own.
_CHAT_FIELD = re.compile(rb'name="chat_id"[^\r]*(?:\r\n[^\r]+)*\r\n\r\n(\d+)')
MOST_AT_ONCE = 100
ME = {"id": 100200300, "is_bot": True, "first_name": "Sample", "username": "sample_bot"}


class Stage:
    """The updates of one turn: when each comes, was handed out, and was answered."""

    def __init__(self) -> None:
        self.updates: list[bytes] = []
        self.chats: list[int] = []
        self.spacing_s = 0.0
        # So many come first and are not measured; the others wait for a second release.
        self.warming = 0
        self.is_warm = False
        self.began: float | None = None
        self.confirmed = 0
        self.handed_out: list[float] = []
        self.answered: dict[int, list[float]] = {}
        self.polls = 0
        self.calls: dict[str, int] = {}
        self.changed = asyncio.Event()

    def load(self, chats: list[int], *, text: str, spacing_s: float, warming: int) -> None:
        """One text from each chat in turn, `spacing_s` apart once released."""
        self.__init__()  # type: ignore[misc]
        self.chats, self.spacing_s = chats, spacing_s
        self.warming, self.is_warm = warming, not warming
        self.updates = [
            json.dumps(
                _update(number, chat, text.replace("#", str(number))), ensure_ascii=False
            ).encode()
            for number, chat in enumerate(chats, start=1)
        ]

    def release(self) -> None:
        """Let the first come; once more, the others."""
        self.is_warm = self.is_warm or self.began is not None
        self.began = time.perf_counter()
        self.changed.set()

    def ready(self) -> int:
        """How many updates have come by now."""
        if self.began is None:
            return 0
        before, last = (self.warming, len(self.updates)) if self.is_warm else (0, self.warming)
        if not self.spacing_s:
            return last
        passed = time.perf_counter() - self.began
        return min(last, before + int(passed / self.spacing_s) + 1)

    def comes_at(self, place: int) -> float:
        """When the update comes that is released now, by its place among all."""
        before = self.warming if self.is_warm else 0
        return (self.began or 0.0) + (place - before) * self.spacing_s

    async def poll(self, offset: int, limit: int, timeout_s: int) -> bytes:
        """`getUpdates`: waits as Telegram does. Ids are positions counted from 1."""
        self.polls += 1
        first = max(offset - 1, self.confirmed)
        self.confirmed = first
        deadline = time.perf_counter() + timeout_s
        while self.ready() <= first:
            left = deadline - time.perf_counter()
            if left <= 0:
                return b"[]"
            released = len(self.updates) if self.is_warm else self.warming
            if self.began is not None and first < released:
                due = self.comes_at(first) - time.perf_counter()
                await asyncio.sleep(min(max(due, 0.0), left))
                continue
            self.changed.clear()
            try:
                async with asyncio.timeout(left):
                    await self.changed.wait()
            except TimeoutError:
                return b"[]"
        last = min(self.ready(), first + limit)
        now = time.perf_counter()
        self.handed_out.extend([now] * (last - len(self.handed_out)))
        return b"[" + b",".join(self.updates[first:last]) + b"]"

    def results(self) -> dict[str, Any]:
        """Seconds: from the first handed out to the last answer, and from coming to answer.

        `answered` and the delays are about what came after the warming up alone.
        """
        answers = {chat: sorted(times) for chat, times in self.answered.items()}
        delays: list[float] = []
        handed_delays: list[float] = []
        last = 0.0
        taken: dict[int, int] = {}
        for number, chat in enumerate(self.chats):
            place = taken.get(chat, 0)
            taken[chat] = place + 1
            if place < len(answers.get(chat, ())) and number < len(self.handed_out):
                if number < self.warming:
                    continue
                at = answers[chat][place]
                last = max(last, at)
                delays.append(at - self.comes_at(number))
                handed_delays.append(at - self.handed_out[number])
        return {
            "updates": len(self.updates),
            "answered": len(delays),
            "answers": sum(len(times) for times in answers.values()),
            "took_s": last - self.handed_out[self.warming] if delays else None,
            "delays_s": delays,
            "delays_since_handed_s": handed_delays,
            "polls": self.polls,
            "calls": self.calls,
        }


def _update(number: int, chat_id: int, text: str) -> dict[str, Any]:
    person = {"id": chat_id, "is_bot": False, "first_name": "Sample", "language_code": "nb"}
    chat = {"id": chat_id, "type": "private", "first_name": "Sample"}
    message = {
        "message_id": number,
        "date": int(time.time()),
        "chat": chat,
        "from": person,
        "text": text,
    }
    return {"update_id": number, "message": message}


class Connection(asyncio.Protocol):
    """One kept-alive HTTP/1.1 connection; calls on it come one after another."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._data = b""
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        if self._waiting is not None:
            self._waiting.cancel()

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end]
            if b"chunked" in head.lower():
                self._dechunked(end)
                return
            found = _LENGTH.search(head)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self._data) < whole:
                return
            body, self._data = self._data[end + 4 : whole], self._data[whole:]
            self._call(head, body)

    def _dechunked(self, end: int) -> None:
        if not self._data.endswith(b"0\r\n\r\n"):
            return
        body, rest = b"", self._data[end + 4 :]
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            length = int(size, 16)
            body, rest = body + rest[:length], rest[length + 2 :]
        head, self._data = self._data[:end], b""
        self._call(head, body)

    def _call(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1]
        method = path.rpartition(b"/")[2].partition(b"?")[0].decode()
        stage = self._stage
        stage.calls[method] = stage.calls.get(method, 0) + 1
        if method == "sendMessage":
            found = _CHAT.search(body) or _CHAT_FIELD.search(body)
            chat = int(found[1]) if found else 0
            stage.answered.setdefault(chat, []).append(time.perf_counter())
            number = stage.calls[method]
            self._answer(
                b'{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"},"text":"x"}'
                % (number, chat)
            )
        elif method == "getUpdates":
            self._waiting = asyncio.ensure_future(self._poll(path + b" " + body))
        elif method == "getMe":
            self._answer(json.dumps(ME).encode())
        elif method == "load":
            stage.load(**json.loads(body))
            self._answer(b"true")
        elif method == "release":
            stage.release()
            self._answer(b"true")
        elif method == "results":
            self._answer(json.dumps(stage.results()).encode())
        elif method == "progress":
            answers = sum(len(times) for times in stage.answered.values())
            self._answer(json.dumps({"polls": stage.polls, "answers": answers}).encode())
        else:
            self._answer(b"true")

    async def _poll(self, call: bytes) -> None:
        offset, limit, timeout = _OFFSET.search(call), _LIMIT.search(call), _TIMEOUT.search(call)
        answer = await self._stage.poll(
            int(offset[1]) if offset else 0,
            min(int(limit[1]) if limit else MOST_AT_ONCE, MOST_AT_ONCE),
            int(timeout[1]) if timeout else 0,
        )
        self._answer(answer)

    def _answer(self, result: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            b'{"ok":true,"result":%b}' % (len(result) + 21, result)
        )


async def serve(ready_file: Path) -> None:
    stage = Stage()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(stage), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    part = ready_file.with_suffix(".part")
    part.write_text(f"http://127.0.0.1:{port}")
    part.rename(ready_file)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
