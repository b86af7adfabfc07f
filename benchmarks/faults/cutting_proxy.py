"""Stands between the program and PostgreSQL and cuts connections between a COMMIT and its answer."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from types import TracebackType
from typing import Self

# A simple query, as psycopg commits.
COMMIT = b"COMMIT\x00"


class CuttingProxy:
    """`cut(n)` cuts the next n commits, some before the server had them and some after."""

    def __init__(self, server_port: int, *, chance: random.Random) -> None:
        self._server_port = server_port
        self._chance = chance
        self._lock = threading.Lock()
        self.cuts_left = 0
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

    def cut(self, count: int) -> None:
        with self._lock:
            self.cuts_left = count

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:
                client.close()
                continue
            threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
            threading.Thread(target=_pass_on, args=(server, client), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        """From the program to the server; a chosen COMMIT goes, and its answer never comes."""
        with contextlib.suppress(OSError), client, server:
            while data := client.recv(65536):
                if COMMIT in data and self._is_chosen():
                    client.shutdown(socket.SHUT_RDWR)
                    if self._chance.random() < 0.7:
                        server.sendall(data)
                        server.shutdown(socket.SHUT_WR)
                        while server.recv(65536):
                            pass
                    else:
                        server.shutdown(socket.SHUT_RDWR)
                    return
                server.sendall(data)

    def _is_chosen(self) -> bool:
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
