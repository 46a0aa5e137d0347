"""`Departure`: a connection that has left its socket, with all that goes with it.

It arrives in another object, another thread or another process, which takes the descriptor. Where
that does not happen, the connection is closed, and the server that counts it is told.
"""

from __future__ import annotations

import codecs
import contextvars
import os
from collections.abc import Callable
from dataclasses import dataclass

from .._core import Stream
from .._descriptors.kinds import check_fd, is_connected, is_socket
from .._errors import ArgumentTypeError, StateError, wrong_type
from .._shown import Name

DEFAULT_MARK = 65536

# Seconds that a peer has to take what was written, once a connection is to be closed.
CLOSE_TIMEOUT = 10.0


@dataclass(eq=False)
class Departure:
    """A connection between two owners. The descriptor is ours until it is taken."""

    fd: int
    is_socket: bool = True
    # A socket that is only bound may still connect.
    is_connected: bool = True
    # Who is at the other end, as far as that was known.
    peer: Name = None
    # What was read and not taken: it comes first on the other side.
    waiting: bytes = b""
    decoder: codecs.IncrementalDecoder | None = None
    encoding: str | None = None
    allow_half_open: bool = False
    high_water_mark: int = DEFAULT_MARK
    timeout: float | None = None
    referenced: bool = True
    context: contextvars.Context | None = None
    # Another process has, or had, a copy of the descriptor.
    shared: bool = False
    # Tells the server that accepted this connection, wherever that is, of its end. May be called
    # in any thread; `None`: no server counts it.
    counted: Callable[[], None] | None = None

    def take(self) -> int:
        """The descriptor, which belongs to the caller from now on."""
        fd, self.fd = self.fd, -1
        return fd

    def close(self) -> None:
        """Closes a connection that nothing has taken over, and tells the server that counts it."""
        if self.fd >= 0:
            os.close(self.take())
            if self.counted is not None:
                self.counted()

    def __enter__(self) -> Departure:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # For a connection on its way to a loop that never ran again.
    __del__ = close


def take_over(fd: object, handle: object) -> Departure:
    """Takes a connection out of a descriptor, or out of a `socket.socket`, which is detached."""
    if handle is not None:
        detach = getattr(handle, "detach", None)
        if not callable(detach):
            raise wrong_type("handle", "a Socket, a BoundSocket or a socket.socket", handle)
        fd = detach()
    number = check_fd(fd, "ERR_OUT_OF_RANGE")
    try:
        kind = is_socket(number)
        connected = not kind or is_connected(number)
    except ArgumentTypeError:
        if handle is not None:
            os.close(number)  # detached already, and closed by no other object
        raise
    os.set_blocking(number, False)
    return Departure(number, is_socket=kind, is_connected=connected)


def check_departure(stream: Stream) -> None:
    """Raises `RuntimeError` for a socket without a connection, and for one with bytes to write."""
    if stream.writable_length:
        message = (
            f"a socket that has bytes still to write ({stream.writable_length}) can't be handed "
            "over, they would be lost: drain() it first"
        )
        raise StateError(message, "ERR_SOCKET_BYTES_WAITING")
    if stream.fileno() < 0:
        raise StateError("this socket has no connection to hand over", "ERR_SOCKET_CLOSED")
