"""Refuses every way out to the network in tests, except to this machine itself."""

import contextlib
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

LOCAL_NAMES = {"", "localhost", "testserver"}


class NetworkRefused(AssertionError):
    """A test tried to reach the network; an assertion, so that no code takes it for an outage."""


def is_local(host: object) -> bool:
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in LOCAL_NAMES:
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    return False


@contextlib.contextmanager
def refuse_network() -> Iterator[None]:
    """Let sockets reach loopback addresses and Unix sockets only, and look up no names."""

    def guarded(original: Any) -> Any:
        def reach(self: socket.socket, *args: Any) -> Any:
            # The address comes last in connect, connect_ex and every form of sendto.
            if self.family in (socket.AF_INET, socket.AF_INET6) and not is_local(args[-1][0]):
                raise NetworkRefused(f"Tests may only reach this machine, not {args[-1][0]}")
            return original(self, *args)

        return reach

    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_local(host):
            raise NetworkRefused(f"Tests may only reach this machine, not {host}")
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        for method in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, method, guarded(getattr(socket.socket, method)))
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield
