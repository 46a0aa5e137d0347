"""What an IP address is, and how the address of a server or socket is told."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

__all__ = ["AddressInfo", "DropInfo", "is_ip", "is_ipv4", "is_ipv6"]

# The name of an interface, as Node knows it.
_ZONE = re.compile(r"[0-9a-zA-Z.:-]+\Z")


class AddressInfo(NamedTuple):
    """Where a TCP server or socket is bound. `family` is `"IPv4"` or `"IPv6"`."""

    address: str
    family: str
    port: int


class DropInfo(NamedTuple):
    """Both ends of a connection that a server turned away. Node: `net`, "Event: 'drop'"."""

    local_address: str | None
    local_port: int | None
    local_family: str | None
    remote_address: str | None
    remote_port: int | None
    remote_family: str | None


def is_ip(text: object) -> int:
    """4 or 6 when `text` is an IP address of that family, otherwise 0.

    Node: `net`, "net.isIP()".
    """
    if is_ipv4(text):
        return 4
    return 6 if is_ipv6(text) else 0


def is_ipv4(text: object) -> bool:
    """Whether `text` is an IPv4 address: four numbers, no leading zeroes, no spaces.

    Node: `net`, "net.isIPv4()".
    """
    return _parses(text, ipaddress.IPv4Address)


def is_ipv6(text: object) -> bool:
    """Whether `text` is an IPv6 address, with or without a zone. Node: `net`, "net.isIPv6()"."""
    if not isinstance(text, str):
        return False
    address, percent, zone = text.partition("%")
    return _parses(address, ipaddress.IPv6Address) and (not percent or bool(_ZONE.match(zone)))


def _parses(text: object, kind: type[ipaddress.IPv4Address] | type[ipaddress.IPv6Address]) -> bool:
    if not isinstance(text, str):
        return False
    try:
        kind(text)
    except ValueError:
        return False
    return True


def info(name: tuple[str, int, int]) -> AddressInfo:
    """What the core says about a name, as the public type."""
    address, port, family = name
    return AddressInfo(address, f"IPv{family}", port)
