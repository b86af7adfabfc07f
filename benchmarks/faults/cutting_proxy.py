"""Stands between the program and PostgreSQL and cuts connections between a COMMIT and its answer."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from collections.abc import Iterator

from benchmarks.faults.standing_between import StandingBetween

# A simple query, as psycopg commits.
COMMIT = b"COMMIT\x00"


class CuttingProxy(StandingBetween):
    """`cut(n)` cuts n commits to come, some before the server had them and some after."""

    def __init__(self, server_port: int, *, chance: random.Random) -> None:
        super().__init__(server_port)
        self._chance = chance
        self._lock = threading.Lock()
        self._cuts_all = False
        self.cuts_left = 0

    def cut(self, count: int) -> None:
        with self._lock:
            self.cuts_left = count

    @contextlib.contextmanager
    def cutting_all(self) -> Iterator[None]:
        """Every commit takes effect, and nobody hears of it."""
        self._cuts_all = True
        try:
            yield
        finally:
            self._cuts_all = False

    def _connected(self, program: socket.socket, server: socket.socket) -> None:
        threading.Thread(target=self._forward, args=(program, server), daemon=True).start()
        threading.Thread(target=_pass_on, args=(server, program), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        """From the program to the server; a chosen COMMIT goes, and its answer never comes."""
        with contextlib.suppress(OSError), client, server:
            while data := client.recv(65536):
                if COMMIT in data and self._is_chosen():
                    client.shutdown(socket.SHUT_RDWR)
                    if self._cuts_all or self._chance.random() < 0.7:
                        server.sendall(data)
                        server.shutdown(socket.SHUT_WR)
                        while server.recv(65536):
                            pass
                    else:
                        server.shutdown(socket.SHUT_RDWR)
                    return
                server.sendall(data)

    def _is_chosen(self) -> bool:
        if self._cuts_all:
            return True
        with self._lock:
            if self.cuts_left == 0 or self._chance.random() < 0.5:
                return False
            self.cuts_left -= 1
            return True


def _pass_on(server: socket.socket, client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := server.recv(65536):
            client.sendall(data)
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_WR)
