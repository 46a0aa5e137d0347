"""Addresses: what is a port, a path, an IP address, and how the answers look."""

from __future__ import annotations

import ipaddress
import os
import re
import sys
from typing import Any, NamedTuple

from ._errors import ArgumentValueError, out_of_range, shown, wrong_type

__all__ = ["AddressInfo", "DropInfo", "is_ip", "is_ipv4", "is_ipv6"]

# sizeof(sockaddr_un.sun_path): 108 on Linux, 104 on macOS and the BSDs.
PATH_SPACE = 108 if sys.platform.startswith("linux") else 104

# The name of an interface, as Node knows it.
_ZONE = re.compile(r"[0-9a-zA-Z.:-]+\Z")
_NUMERIC = re.compile(r"\s*(0[xX][0-9a-fA-F]+|[0-9]+)\s*\Z")


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


def numeric_port(value: object) -> bool:
    """Whether a lone first argument means a port: a number, or a str that is one."""
    if isinstance(value, str):
        return _NUMERIC.match(value) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def check_port(value: object, name: str = "port") -> int:
    """A port number from 0 to 65535, from an int or a numeric string."""
    number: Any = value
    if isinstance(value, str) and _NUMERIC.match(value):
        digits = value.strip().lstrip("0") or "0"
        if len(digits) > 8:  # more than Python may be willing to convert
            raise _bad_port(name, value)
        number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int):
        if isinstance(number, (str, float)):
            raise _bad_port(name, value)
        error = wrong_type(name, "an int or a numeric str", value)
        error.code = "ERR_SOCKET_BAD_PORT" if value is None else error.code
        raise error
    if not 0 <= number <= 65535:
        raise _bad_port(name, value)
    return number


def _bad_port(name: str, value: object) -> ArgumentValueError:
    message = f"{name} must be a whole number from 0 to 65535, not {shown(value)}"
    return ArgumentValueError(message, "ERR_SOCKET_BAD_PORT")


def check_path(value: object) -> str:
    """A path for a local socket that the system has room for; `\\0` in front: abstract."""
    if not isinstance(value, (str, os.PathLike)):
        raise wrong_type("path", "a str or os.PathLike", value)
    try:
        path = os.fspath(value)
        encoded = os.fsencode(path)
    except UnicodeError as error:
        raise ArgumentValueError(f"path can't be encoded: {shown(value)}") from error
    except Exception as error:
        raise wrong_type("path", "a str or os.PathLike of str", value) from error
    if not isinstance(path, str):
        raise wrong_type("path", "a str or os.PathLike of str", value)
    if path == "":
        raise ArgumentValueError("path must not be empty")
    abstract = path.startswith("\0")
    if "\0" in path[1:]:
        raise ArgumentValueError(f"path must not contain a zero byte, except as first: {path!r}")
    if abstract and not sys.platform.startswith("linux"):
        raise ArgumentValueError(f"an abstract path ({path!r}) exists on Linux only")
    # A path in the file system ends with a zero byte, an abstract one doesn't.
    room = PATH_SPACE if abstract else PATH_SPACE - 1
    size = len(encoded)
    if size > room:
        raise ArgumentValueError(
            f"path must be at most {room} bytes long on this system, not {size}: {path!r}"
        )
    return path


def check_host(value: object, name: str = "host") -> str:
    """A host name or an address."""
    if not isinstance(value, str):
        raise wrong_type(name, "a str", value)
    if "\0" in value:
        raise ArgumentValueError(f"{name} must not contain a zero byte: {shown(value)}")
    return value


def check_family(value: object) -> int:
    """0, 4 or 6, from that or from `"IPv4"` and `"IPv6"`."""
    families: dict[object, int] = {0: 0, 4: 4, 6: 6, "IPv4": 4, "IPv6": 6}
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise wrong_type("family", "0, 4, 6, 'IPv4' or 'IPv6'", value)
    if value not in families:
        message = f"family must be 0, 4, 6, 'IPv4' or 'IPv6', not {shown(value)}"
        raise ArgumentValueError(message)
    return families[value]


def check_seconds(value: object, name: str) -> float:
    """A duration: a number of seconds, not negative, finite."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong_type(name, "a number of seconds", value)
    # Node's timers are limited to 2**31-1 milliseconds; so are these.
    if not 0 <= value <= 2147483.647:
        raise out_of_range(name, "from 0 to 2147483.647 seconds", value)
    return float(value)


def check_bool(value: object, name: str) -> bool:
    """A flag."""
    if not isinstance(value, bool):
        raise wrong_type(name, "a bool", value)
    return value


def check_size(value: object, name: str) -> int:
    """A number of bytes."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type(name, "a whole number of bytes", value)
    if not 0 <= value < 2**63:
        raise out_of_range(name, "0 or more bytes", value)
    return value


def check_callback(value: Any, name: str = "callback") -> Any:
    """A function, or `None`."""
    if value is not None and not callable(value):
        raise wrong_type(name, "a function or None", value)
    return value
