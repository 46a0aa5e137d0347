"""What an IP address is, and how the address of a server or socket is told."""

from __future__ import annotations

import re
from typing import NamedTuple

from .._core import BlockList

__all__ = ["AddressInfo", "DropInfo", "is_ip", "is_ipv4", "is_ipv6"]

# The name of an interface, as Node knows it.
_ZONE = re.compile(r"[0-9a-zA-Z.:-]+\Z")

# RFC 4291 keeps this network for addresses that mean something on one link only.
_LINK_LOCAL = BlockList()
_LINK_LOCAL.add_subnet("fe80::", 6, 10)


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
    return isinstance(text, str) and BlockList.canonical(text, 4) is not None


def is_ipv6(text: object) -> bool:
    """Whether `text` is an IPv6 address, with or without a zone. Node: `net`, "net.isIPv6()"."""
    if not isinstance(text, str):
        return False
    address, percent, zone = text.partition("%")
    has_zone = not percent or _ZONE.match(zone) is not None
    return has_zone and BlockList.canonical(address, 6) is not None


def is_link_local(address: str) -> bool:
    """Whether an IPv6 address is good for one link only, whichever its zone is."""
    return _LINK_LOCAL.check(address.partition("%")[0], 6)


def info(name: tuple[str, int, int]) -> AddressInfo:
    """A name as the core gives it (address, port, family), as the public type."""
    address, port, family = name
    return AddressInfo(address, f"IPv{family}", port)
