"""Stands between one program and a server; a line of its can fall silent without an end."""

from __future__ import annotations

import contextlib
import socket
import threading

from benchmarks.faults.standing_between import StandingBetween

# What is said on that line alone, when it is opened (bot/storage/advisory_duties.py).
OF_THE_LOCKS = b"idle_session_timeout ="


class SilentLine(StandingBetween):
    """While it is silent nothing passes between the server and whoever says certain words.

    Neither hears of the other's end, as when a switch between them fails. All else passes.
    """

    def __init__(self, server_port: int, *, of: bytes = OF_THE_LOCKS) -> None:
        """`of` is what whoever is meant says; nothing means everybody, from their first word on."""
        super().__init__(server_port)
        self._of = of
        self._speaks = threading.Event()
        self._speaks.set()

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self._speaks.set()

    def fall_silent(self) -> None:
        self._speaks.clear()

    def speak(self) -> None:
        self._speaks.set()

    def _connected(self, program: socket.socket, server: socket.socket) -> None:
        line = _Line(program, server, self._speaks, self._of)
        threading.Thread(target=line.out, daemon=True).start()
        threading.Thread(target=line.back, daemon=True).start()


class _Line:
    """One connection, both ways."""

    def __init__(
        self, near: socket.socket, far: socket.socket, speaks: threading.Event, of: bytes
    ) -> None:
        self._near, self._far, self._speaks, self._of = near, far, speaks, of
        self._is_meant = False

    def out(self) -> None:
        with contextlib.suppress(OSError):
            while data := self._near.recv(65536):
                if self._of in data:
                    self._is_meant = True
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
        if self._is_meant:
            self._speaks.wait()

    def _end(self, other: socket.socket) -> None:
        """One side has ended; the other hears of it when the line speaks."""
        self._wait()
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
