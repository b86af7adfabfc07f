"""The guard that keeps tests off the network."""

import socket
import urllib.request

import pytest

from tests.network_guard import NetworkRefused

DOCUMENTATION_ADDRESS = "192.0.2.1"  # RFC 5737: leads nowhere


def test_an_address_elsewhere_is_refused() -> None:
    with socket.socket() as outward, pytest.raises(NetworkRefused, match=r"192\.0\.2\.1"):
        outward.connect((DOCUMENTATION_ADDRESS, 80))


def test_a_name_elsewhere_is_not_even_looked_up() -> None:
    with pytest.raises(NetworkRefused, match=r"api\.example"):
        urllib.request.urlopen("http://api.example/")


def test_this_machine_is_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()

        with socket.create_connection(address) as inward:
            assert inward.getpeername() == address
