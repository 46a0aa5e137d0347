"""What `connect()` was asked for, checked, as one immutable description.

Nothing is opened here. A `Lookup` finds the addresses of the host, the `Dialer` tries them.
"""

from __future__ import annotations

import os
import socket as _socket
from collections.abc import Callable
from dataclasses import dataclass

from .._address.info import is_ip
from .._arguments import (
    check_bool,
    check_callback,
    check_family,
    check_host,
    check_int,
    check_path,
    check_port,
    check_seconds,
    numeric_port,
)
from .._descriptors.bound_socket import BoundSocket
from .._errors import ArgumentTypeError, ArgumentValueError, out_of_range, shown, wrong_type
from .._shown import place

__all__ = [
    "get_default_auto_select_family",
    "get_default_auto_select_family_attempt_timeout",
    "set_default_auto_select_family",
    "set_default_auto_select_family_attempt_timeout",
]

# RFC 8305 says 0.25 s and never below 0.01 s; Node has waited 0.5 s since version 26.
SHORTEST_ATTEMPT = 0.01

# What getaddrinfo() may be told; Node's `dns` documents these.
HINTS = int(_socket.AI_ADDRCONFIG | _socket.AI_V4MAPPED | _socket.AI_ALL)


@dataclass
class _Defaults:
    """The values of options that `connect()` was not given."""

    auto_select_family: bool = True
    attempt_timeout: float = 0.5


_defaults = _Defaults()


def get_default_auto_select_family() -> bool:
    """What `auto_select_family` is where `connect()` is not given it: `True` at first.

    Node: `net`, "net.getDefaultAutoSelectFamily()".
    """
    return _defaults.auto_select_family


def set_default_auto_select_family(value: bool) -> None:
    """Sets it for every later `connect()`. Raises `TypeError`.

    Node: `net`, "net.setDefaultAutoSelectFamily()".
    """
    _defaults.auto_select_family = check_bool(value, "value")


def get_default_auto_select_family_attempt_timeout() -> float:
    """Seconds that an attempt gets where `connect()` is not given a limit: 0.5 at first.

    Node: `net`, "net.getDefaultAutoSelectFamilyAttemptTimeout()".
    """
    return _defaults.attempt_timeout


def set_default_auto_select_family_attempt_timeout(seconds: float) -> None:
    """Sets it, in seconds, for every later `connect()`; less than 0.01 means 0.01.

    Raises `TypeError`, or `ValueError` (`ERR_OUT_OF_RANGE`) for 0 and less. Node: `net`,
    "net.setDefaultAutoSelectFamilyAttemptTimeout()".
    """
    _defaults.attempt_timeout = _check_attempt_timeout(seconds, "seconds")


@dataclass(frozen=True)
class ConnectRequest:
    """Where to connect to, checked."""

    host: str = "localhost"
    port: int = 0
    path: str | None = None
    local_address: str | None = None
    local_port: int = 0
    family: int = 0
    hints: int = int(_socket.AI_ADDRCONFIG)
    lookup: Callable[..., object] | None = None
    # Whether other addresses are tried after the first, and how long each but the last may take.
    auto_select_family: bool = True
    attempt_timeout: float = 0.5

    @property
    def goal(self) -> str:
        """Where to, in one word: what was asked for, whatever its addresses are."""
        return place(self.path or (self.host, self.port, is_ip(self.host)))

    @property
    def wants_all(self) -> bool:
        """Whether every address of the host is asked for: one may have to be tried after another.

        Not where a family or a local address says which one it must be.
        """
        return self.auto_select_family and not self.family and self.local_address is None


def understand(
    target: object,
    host: object,
    *,
    port: object = None,
    path: object = None,
    local_address: object = None,
    local_port: object = None,
    family: object = 0,
    hints: object = 0,
    lookup: Callable[..., object] | None = None,
    auto_select_family: object = None,
    auto_select_family_attempt_timeout: object = None,
    handle: object = None,
) -> ConnectRequest:
    """Checks what `connect()` was given; opens nothing.

    A `handle` that is a `BoundSocket` is where the connection starts from.
    """
    if target is not None and port is None and path is None:
        if numeric_port(target):
            port = target
        elif isinstance(target, (str, os.PathLike)):
            path = target
        else:
            raise wrong_type("target", "a port (int or numeric str) or a path", target)
    if port is None and path is None:
        raise ArgumentTypeError("connect() needs a port or a path", "ERR_MISSING_ARGS")
    if auto_select_family is None:
        auto_select_family = _defaults.auto_select_family
    takes_turns = check_bool(auto_select_family, "auto_select_family")
    timeout = auto_select_family_attempt_timeout
    if timeout is None:
        timeout = _defaults.attempt_timeout
    timeout = _check_attempt_timeout(timeout, "auto_select_family_attempt_timeout")
    bound = handle if isinstance(handle, BoundSocket) else None
    if path is not None:
        checked = check_path(path)
        _check_local_end(bound, True, local_address, local_port)
        return ConnectRequest(path=checked)
    family = 0 if family is None else check_family(family)
    check_callback(lookup, "lookup")
    request = ConnectRequest(
        host="localhost" if host is None else check_host(host) or "localhost",
        port=check_port(port),
        local_address=_check_local_address(local_address),
        local_port=_check_local_port(local_port),
        family=family,
        hints=_check_hints(hints, family, lookup is not None),
        lookup=lookup,
        auto_select_family=takes_turns and bound is None,
        attempt_timeout=timeout,
    )
    _check_local_end(bound, False, local_address, local_port)
    return request


def _check_local_end(
    bound: BoundSocket | None, is_path: bool, address: object, port: object
) -> None:
    """Refuses a local end that can't be connected to such an address."""
    if bound is None:
        return
    if address is not None or port is not None:
        raise ArgumentValueError(
            "a socket that was bound before has its local_address and local_port"
        )
    if bound.is_pipe is not is_path:
        ours, other = ("path", "port") if bound.is_pipe else ("port", "path")
        raise ArgumentValueError(f"a socket that is bound to a {ours} can't connect to a {other}")


def _check_local_address(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise wrong_type("local_address", "an IP address", value)
    if not is_ip(value):
        message = f"local_address must be an IP address, not {shown(value)}"
        raise ArgumentValueError(message, "ERR_INVALID_IP_ADDRESS")
    return value


def _check_local_port(value: object) -> int:
    if value is None:
        return 0
    if isinstance(value, str):
        raise wrong_type("local_port", "an int", value)
    return check_port(value, "local_port")


def _check_hints(value: object, family: int, custom: bool) -> int:
    """Checks flags of getaddrinfo(); a lookup of the caller's own may be given others."""
    value = 0 if value is None else value
    value = check_int(value, "hints", 0, 2**31 - 1, what="an int (flags of getaddrinfo)")
    if value & ~HINTS and not custom:
        message = f"hints must be made of AI_ADDRCONFIG, AI_V4MAPPED and AI_ALL, not {value}"
        raise ArgumentValueError(message)
    # As Node: without a family, only those that this machine has an address of.
    return value if value or family else int(_socket.AI_ADDRCONFIG)


def _check_attempt_timeout(value: object, name: str) -> float:
    seconds = check_seconds(value, name)
    if seconds == 0:
        raise out_of_range(name, "more than 0 seconds", value)
    return max(seconds, SHORTEST_ATTEMPT)
