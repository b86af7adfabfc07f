"""A place between one program and PostgreSQL, through which every connection goes."""

from __future__ import annotations

import socket
import threading
from abc import ABC, abstractmethod
from typing import Self


class StandingBetween(ABC):
    """Listens on `port` of the loopback and connects whoever comes to the server; ends with its block."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._listening.close()

    @abstractmethod
    def _connected(self, program: socket.socket, server: socket.socket) -> None:
        """Pass on what they say, in threads of one's own."""

    def _accept(self) -> None:
        while True:
            try:
                program, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:
                program.close()
                continue
            self._connected(program, server)
