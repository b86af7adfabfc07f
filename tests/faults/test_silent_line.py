"""The line before PostgreSQL: that of the locks falls silent and ends for nobody, all others speak."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from benchmarks.faults.silent_line import OF_THE_LOCKS, SilentLine

Connect = Callable[[bytes], tuple[socket.socket, socket.socket]]
SOON_S, LATER_S = 0.1, 5.0


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(LATER_S)
        yield server


@pytest.fixture
def line(listening: socket.socket) -> Iterator[SilentLine]:
    with SilentLine(listening.getsockname()[1]) as line:
        yield line


@pytest.fixture
def connect(listening: socket.socket, line: SilentLine) -> Iterator[Connect]:
    with ExitStack() as stack:

        def connected(first: bytes) -> tuple[socket.socket, socket.socket]:
            near = stack.enter_context(socket.create_connection(("127.0.0.1", line.port)))
            far = stack.enter_context(listening.accept()[0])
            for end in (near, far):
                end.settimeout(LATER_S)
            near.sendall(first)
            assert far.recv(100) == first
            return near, far

        yield connected


def test_the_line_of_the_locks_hears_of_its_end_only_when_it_speaks_again(
    connect: Connect, line: SilentLine
) -> None:
    near, far = connect(b"SET " + OF_THE_LOCKS + b" 6000")
    line.fall_silent()

    far.sendall(b"the end")
    far.close()
    near.settimeout(SOON_S)
    with pytest.raises(TimeoutError):
        near.recv(100)
    line.speak()
    near.settimeout(LATER_S)
    heard = near.recv(100), near.recv(100)

    assert heard == (b"the end", b"")


def test_where_nothing_is_said_of_it_every_line_falls_silent(listening: socket.socket) -> None:
    with (
        SilentLine(listening.getsockname()[1], of=b"") as line,
        socket.create_connection(("127.0.0.1", line.port)) as near,
        listening.accept()[0] as far,
    ):
        near.sendall(b"EHLO")
        far.recv(100)

        line.fall_silent()
        far.sendall(b"250")
        near.settimeout(SOON_S)
        with pytest.raises(TimeoutError):
            near.recv(100)

        line.speak()
        near.settimeout(LATER_S)
        assert near.recv(100) == b"250"


def test_all_other_lines_go_on_speaking(connect: Connect, line: SilentLine) -> None:
    near, far = connect(b"SELECT 1")

    line.fall_silent()
    far.sendall(b"one")
    heard = near.recv(100)

    assert heard == b"one"
