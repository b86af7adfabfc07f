"""Stands between one program and PostgreSQL; the line of its locks can fall silent without an end."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

# What is said on that line alone, when it is opened (bot/storage/advisory_duties.py).
OF_THE_LOCKS = b"idle_session_timeout ="


class SilentLine:
    """While `is_silent`, nothing passes between the server and whoever holds the locks.

    Neither hears of the other's end, as when a switch between them fails. All else passes.
    """

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._speaks = threading.Event()
        self._speaks.set()
        self._is_over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._listening.close()
        self._is_over.set()
        self._speaks.set()

    def fall_silent(self) -> None:
        self._speaks.clear()

    def speak(self) -> None:
        self._speaks.set()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:
                near.close()
                continue
            line = _Line(near, far, self._speaks)
            threading.Thread(target=line.out, daemon=True).start()
            threading.Thread(target=line.back, daemon=True).start()


class _Line:
    """One connection, both ways."""

    def __init__(self, near: socket.socket, far: socket.socket, speaks: threading.Event) -> None:
        self._near, self._far, self._speaks = near, far, speaks
        self._holds_locks = False

    def out(self) -> None:
        with contextlib.suppress(OSError):
            while data := self._near.recv(65536):
                if OF_THE_LOCKS in data:
                    self._holds_locks = True
                self._wait()
                self._far.sendall(data)
        self._end(self._far)

    def back(self) -> None:
        with contextlib.suppress(OSError):
            while data := self._far.recv(65536):
                self._wait()
                self._near.sendall(data)
        self._end(self._near)

    def _wait(self) -> None:
        if self._holds_locks:
            self._speaks.wait()

    def _end(self, other: socket.socket) -> None:
        """One side has ended; the other hears of it when the line speaks."""
        self._wait()
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
