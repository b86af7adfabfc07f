"""Stands between the program and Telegram; shut, nothing can connect to it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit


class Door:
    """`shut` refuses every connection and ends those there are, until it is over."""

    def __init__(self, address: str) -> None:
        goal = urlsplit(address)
        self._goal = (goal.hostname, goal.port)
        self._lock = threading.Lock()
        self._lines: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._port = 0
        self._open()
        self.url = f"http://127.0.0.1:{self._port}"

    @contextlib.contextmanager
    def shut(self) -> Iterator[None]:
        self.close()
        try:
            yield
        finally:
            self._open()

    def close(self) -> None:
        # A thread that waits in accept() is woken by this alone.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._lock:
            lines = set(self._lines)
        for line in lines:
            _end(line)
        for thread in self._threads:
            thread.join(5)
        self._threads.clear()

    def _open(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listening.getsockname()[1]
        self._begin(self._accept, self._listening)

    def _begin(self, work: Callable[[socket.socket], None], line: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(line,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listening.accept()
                self._begin(self._serve, near)

    def _serve(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), near, socket.create_connection(self._goal) as far:
            with self._lock:
                self._lines |= {near, far}
            answers = threading.Thread(target=_pass_on, args=(far, near), daemon=True)
            answers.start()
            _pass_on(near, far)
            answers.join()
            with self._lock:
                self._lines -= {near, far}


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _end(target)


def _end(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
