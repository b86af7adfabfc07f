"""A small HTTP server on this machine that answers as badly as a test asks, and full listeners."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import TypeVar

GOOD = b'{"ok":true,"result":true}'
SOON_S = 0.05

Answer = Callable[["Connection", bytes], Awaitable[None]]


class Connection:
    """The server's end of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    async def answer(self, status: int, body: bytes, *headers: str) -> None:
        lines = [f"HTTP/1.1 {status} Sample", f"Content-Length: {len(body)}", *headers]
        await self.say("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def cut(self) -> None:
        """Reset, not close: nothing more arrives on either side."""
        self.writer.transport.abort()


class FaultyServer:
    """Reads whole requests, remembers them, and lets `reply` do what it will."""

    def __init__(self, reply: Answer) -> None:
        self.reply = reply
        self.requests: list[bytes] = []
        self.connections: list[Connection] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer)
        self.connections.append(connection)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(_length(head))
                self.requests.append(head + body)
                await self.reply(connection, head + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the caller is gone, which many tests are about
        finally:
            writer.close()


Server = TypeVar("Server", bound=FaultyServer)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[Server]:
    """Run a server for as long as the block lasts, and end all it was still doing."""
    at_work: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(server.serve(reader, writer))
        at_work.add(task)
        task.add_done_callback(at_work.discard)

    listening = await asyncio.start_server(accept, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        for task in at_work:
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
        listening.close()
        await listening.wait_closed()


def faulty_server(reply: Answer) -> AbstractAsyncContextManager[FaultyServer]:
    return serving(FaultyServer(reply))


@contextmanager
def full_listener() -> Iterator[str]:
    """An address whose queue is full: a connection there is neither taken nor refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        try:
            for _ in range(4):
                one = socket.socket()
                waiting.append(one)
                one.setblocking(False)
                one.connect_ex(listener.getsockname())
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for one in waiting:
                one.close()


def closed_port() -> str:
    """An address nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


# Ways to answer


async def never(_: Connection, __: bytes) -> None:
    await asyncio.Event().wait()


async def good(connection: Connection, _: bytes) -> None:
    await connection.answer(200, GOOD)


async def cut_at_once(connection: Connection, _: bytes) -> None:
    connection.cut()


async def close_at_once(connection: Connection, _: bytes) -> None:
    connection.writer.close()


async def cut_in_the_head(connection: Connection, _: bytes) -> None:
    await connection.say(b"HTTP/1.1 200 OK\r\nContent-Le")
    connection.writer.close()


async def cut_in_the_body(connection: Connection, _: bytes) -> None:
    await connection.say(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"ok":')
    connection.writer.close()


async def reset_in_the_body(connection: Connection, _: bytes) -> None:
    await connection.say(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"ok":')
    connection.cut()


async def stop_in_the_body(connection: Connection, _: bytes) -> None:
    await connection.say(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"ok":')
    await asyncio.Event().wait()


async def drip(connection: Connection, _: bytes) -> None:
    await connection.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _second in range(200):
        await connection.say(b" ")
        # The fault is the pause itself: each is shorter than the longest silence allowed.
        await asyncio.sleep(SOON_S / 5)


async def talk_nonsense(connection: Connection, _: bytes) -> None:
    await connection.say(b"nonsense\r\n\r\n")


async def huge_header(connection: Connection, _: bytes) -> None:
    await connection.answer(200, GOOD, "X-Sample: " + "x" * 100_000)
