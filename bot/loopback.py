"""Whether a host is this machine, seen from itself."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit


def is_loopback_host(host: str | None) -> bool:
    """True for localhost, 127.0.0.0/8 and ::1, also as they are written inside IPv6."""
    if not host:
        return False
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def leads_to_loopback(url: str) -> bool:
    """The same for an address with a scheme, or for what a Host header says after `//`."""
    try:
        return is_loopback_host(urlsplit(url).hostname)
    except ValueError:
        return False
