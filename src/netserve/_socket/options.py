"""What a user sets on a connection, kept for one that is still to come."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Callable
from typing import TypeVar

from .._arguments import check_bool, check_int, check_seconds
from .._core import Stream, io
from .._errors import ArgumentSystemError, out_of_range, system_error

T = TypeVar("T")

# Probes of an idle peer where only the delay is given. Node's documented defaults:
# "socket.setKeepAlive()".
PROBE_INTERVAL = 1.0
PROBE_COUNT = 10

# The system counts milliseconds.
SHORTEST_USER_TIMEOUT = 0.001


class Options:
    """Options of TCP: set on a connection, or remembered until there is one."""

    __slots__ = ("keep_alive", "no_delay", "type_of_service", "user_timeout")

    def __init__(
        self,
        no_delay: bool = False,
        keep_alive: tuple[float, float, int] | None = None,
        type_of_service: int | None = None,
        user_timeout: float | None = None,
    ) -> None:
        self.no_delay = no_delay
        # Seconds before the first probe and between two, and how many; `None`: off.
        self.keep_alive = keep_alive
        self.type_of_service = type_of_service
        # Seconds that what was sent may go unacknowledged; `None`: the system's own.
        self.user_timeout = user_timeout

    @classmethod
    def understand(
        cls,
        no_delay: object,
        keep_alive: object,
        initial_delay: object,
        type_of_service: object,
        user_timeout: object,
    ) -> Options:
        """Checks the options that a socket was made with."""
        small = check_bool(no_delay, "no_delay")
        probes = understand_keep_alive(keep_alive, initial_delay)
        patience = check_user_timeout(user_timeout)
        if type_of_service is not None:
            type_of_service = check_type_of_service(type_of_service, "type_of_service")
        return cls(small, probes, type_of_service, patience)

    def apply(self, stream: Stream) -> None:
        """Sets all that was remembered, on a TCP connection.

        One that its peer has reset already refuses that: its first read says so.
        """
        if not is_tcp(stream):
            return
        with contextlib.suppress(OSError):
            if self.no_delay:
                io.set_no_delay(stream, True)
        with contextlib.suppress(OSError):
            if self.keep_alive is not None:
                set_keep_alive(stream, self.keep_alive)
        with contextlib.suppress(OSError):
            if self.type_of_service is not None:
                set_type_of_service(stream, self.type_of_service)
        with contextlib.suppress(OSError):
            if self.user_timeout is not None:
                io.set_user_timeout(stream, self.user_timeout)


def understand_keep_alive(wanted: object, delay: object) -> tuple[float, float, int] | None:
    """Checks what a server or a socket was made with: the whole schedule of probes, or `None`."""
    enabled = check_bool(wanted, "keep_alive")
    seconds = check_seconds(delay, "keep_alive_initial_delay")
    return (seconds, PROBE_INTERVAL, PROBE_COUNT) if enabled else None


def check_keep_alive(delay: object, interval: object, count: object) -> tuple[float, float, int]:
    """Checks when an idle peer is first probed, how often then, and how many times."""
    return (
        check_seconds(delay, "initial_delay"),
        check_seconds(interval, "interval"),
        check_int(count, "count", 1, 127),
    )


def check_user_timeout(value: object) -> float | None:
    """Checks how long what was sent may go unacknowledged; `None`: the system's own time.

    Raises an error that is an `OSError`, too, where the system has no such option.
    """
    if value is None:
        return None
    seconds = check_seconds(value, "user_timeout")
    if seconds == 0:
        raise out_of_range("user_timeout", "more than 0 seconds, or None", value)
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        message = (
            "user_timeout exists on Linux only (TCP_USER_TIMEOUT): "
            "use keep_alive, or set_timeout(), on this system"
        )
        raise ArgumentSystemError(message, errno.ENOPROTOOPT)
    return max(seconds, SHORTEST_USER_TIMEOUT)


def check_type_of_service(value: object, name: str) -> int:
    """Checks a type of service, or traffic class: 0 to 255."""
    return check_int(value, name, 0, 255)


def set_keep_alive(stream: Stream, probes: tuple[float, float, int] | None) -> None:
    """Has the system probe an idle peer, or no longer. Whole seconds: it knows no finer ones."""
    delay, interval, count = probes or (0.0, PROBE_INTERVAL, PROBE_COUNT)
    io.set_keep_alive(stream, probes is not None, int(delay), max(1, int(interval)), count)


def set_type_of_service(stream: Stream, value: int) -> None:
    """Marks the packets of a connection."""
    io.set_type_of_service(stream, value, is_ipv6(stream))


def is_tcp(stream: Stream) -> bool:
    """Whether there is a descriptor, and it is TCP's."""
    return stream.fileno() >= 0 and isinstance(io.local_name(stream), tuple)


def is_ipv6(stream: Stream) -> bool:
    """Whether there is a descriptor, and it is TCP's over IPv6."""
    name = io.local_name(stream)
    return stream.fileno() >= 0 and isinstance(name, tuple) and name[2] == 6


def named(call: Callable[[], T], syscall: str = "setsockopt") -> T:
    """What `call` returns. An `OSError` of the core's gets a code, a message and this syscall."""
    try:
        return call()
    except OSError as error:
        raise system_error(error.errno or errno.EINVAL, syscall) from None
