"""What an IP address is, and how the address of a server or socket is told."""

from __future__ import annotations

import re
import socket
from typing import NamedTuple

from .._core import BlockList

__all__ = ["AddressInfo", "DropInfo", "is_ip", "is_ipv4", "is_ipv6"]

# The name of an interface, as Node knows it.
_ZONE = re.compile(r"[0-9a-zA-Z.:-]+\Z")

# RFC 4291 keeps this network for addresses that mean something on one link only.
_LINK_LOCAL = BlockList()
_LINK_LOCAL.add_subnet("fe80::", 6, 10)


# An IP address as Python's sockets take it.
Endpoint = tuple[str, int] | tuple[str, int, int, int]


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


def endpoint(address: str, port: int, version: int) -> Endpoint:
    """An IP address as Python's sockets take it; a zone (`fe80::1%eth0`, `fe80::1%2`) as a number.

    A zone that is not here is none: the system says whether the address needs one.
    """
    bare, _, zone = address.partition("%")
    if version == 4 or not zone:
        return address, port
    try:
        scope = int(zone) if zone.isdecimal() else socket.if_nametoindex(zone)
    except OSError:
        scope = 0
    return bare, port, 0, scope if scope < 2**32 else 0


def address_in(name: tuple[object, ...]) -> str:
    """The IP address in a name of Python's sockets, with the zone that a link-local one needs."""
    address = str(name[0])
    scope = name[3] if len(name) == 4 else 0
    if not isinstance(scope, int) or not scope or "%" in address or not is_link_local(address):
        return address
    try:
        return f"{address}%{socket.if_indextoname(scope)}"
    except OSError:  # the interface is gone
        return f"{address}%{scope}"


def info(name: tuple[str, int, int]) -> AddressInfo:
    """A name as the core gives it (address, port, family), as the public type."""
    address, port, family = name
    return AddressInfo(address, f"IPv{family}", port)
