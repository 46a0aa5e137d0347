"""Handles: what goes along with a message, and what becomes of it in the other process.

sent here       on the wire                          arrives as
Server          net.Server, listening descriptor     a Server that listens on it, too
Socket          net.Socket, connected descriptor     a Socket, with what was read and not taken
BoundSocket     net.BoundSocket, given away          a BoundSocket
socket.socket   net.Native or dgram.Native           a socket.socket
"""

from __future__ import annotations

import base64
import os
import socket as _socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from ..._descriptors.bind import Bound
from ..._descriptors.bound_socket import BoundSocket, give, hold, require
from ..._descriptors.kinds import as_socket, is_socket, listens
from ..._errors import ArgumentTypeError, shown
from ..._server.server import Server
from ..._socket.departure import Departure, check_departure
from ..._socket.socket import AnySocket, Socket, arrive, copy_of, depart
from ..keywords import Sendable
from .messages import Handle

if TYPE_CHECKING:
    from .remote_counts import ChannelCounts

KINDS = (Server, Socket, BoundSocket, _socket.socket)


@dataclass
class Parcel:
    """A descriptor, ours to give away, and what the message says about it."""

    fd: int
    kind: str
    # What both processes call the connections of the server that accepted this one.
    key: str | None = None
    # What was read of a connection and not taken.
    waiting: bytes = b""
    # Nobody else has it: it is sent again if it does not arrive.
    precious: bool = False

    def wrap(self, message: object) -> Handle:
        """The message that the descriptor goes with."""
        waiting = base64.b64encode(self.waiting).decode() if self.waiting else None
        return Handle(self.kind, message, self.key, waiting)


def check_handle(handle: object) -> None:
    """Refuses what can't be sent: `TypeError` (`ERR_INVALID_HANDLE_TYPE`)."""
    if handle is not None and not isinstance(handle, KINDS):
        allowed = "a Server, a Socket, a BoundSocket or a socket.socket"
        message = f"handle must be {allowed}, not {type(handle).__name__} ({shown(handle)})"
        raise ArgumentTypeError(message, "ERR_INVALID_HANDLE_TYPE")
    if isinstance(handle, BoundSocket):
        require(handle)
        if handle.is_pipe:
            # Its socket file belongs to whoever has bound it; nobody can hand that over.
            message = "a BoundSocket of a path can't be sent, only one of a port"
            raise ArgumentTypeError(message, "ERR_INVALID_HANDLE_TYPE")


def has_waiting(handle: object, keep_open: bool) -> TypeGuard[AnySocket]:
    """Whether bytes that were read already would have to travel along."""
    return isinstance(handle, Socket) and not keep_open and handle.readable_length > 0


# Sending


def pack(handle: Sendable, *, keep_open: bool, counts: ChannelCounts) -> Parcel | None:
    """Makes a parcel of a handle; `None` for one that has no descriptor (any more).

    Raises `RuntimeError` for a socket that has bytes still to write.
    """
    if isinstance(handle, BoundSocket):
        return Parcel(give(handle).fd, "net.BoundSocket", precious=True)
    if handle.fileno() < 0:
        return None
    if isinstance(handle, Server):
        return Parcel(_copy(handle.fileno()), "net.Server")
    if isinstance(handle, Socket):
        return _pack_socket(handle, keep_open, counts)
    kind = "dgram.Native" if handle.type == _socket.SOCK_DGRAM else "net.Native"
    return Parcel(_copy(handle.fileno()), kind)


def _pack_socket(socket: AnySocket, keep_open: bool, counts: ChannelCounts) -> Parcel:
    if not keep_open:
        check_departure(socket)
    # Before it departs: the server whose last connection it is must know that it lives on.
    key = counts.sent(socket.server) if socket.server is not None else None
    if keep_open:
        return Parcel(copy_of(socket), "net.Socket", key)
    departure = depart(socket)
    if departure.counted is not None:
        departure.counted()  # here it is over; in the third process nobody counts it
    return Parcel(departure.take(), "net.Socket", key, departure.waiting, precious=True)


def _copy(fd: int) -> int:
    copy = os.dup(fd)
    # The flag belongs to all copies; a Node process that gets one would block for good.
    os.set_blocking(copy, False)
    return copy


# Receiving


def unpack(fd: int, message: Handle, counts: ChannelCounts) -> Sendable:
    """Makes a handle of what came, and takes the descriptor over.

    Raises `ValueError`, `TypeError` or `OSError` for what can't be one; the descriptor is closed
    then.
    """
    try:
        kind = _KINDS.get(message.kind)
        if kind is None:
            raise ValueError(f"a handle of an unknown type: {shown(message.kind)}")
        kind.check(fd)
        waiting = base64.b64decode(message.waiting or "", validate=True)
    except BaseException:
        os.close(fd)
        raise
    return kind.make(fd, message.key, waiting, counts)


class _Kind(NamedTuple):
    """What a descriptor of a kind must be, and what becomes of it."""

    # Raises if it is something else.
    check: Callable[[int], object]
    # Takes it over; `(fd, key, waiting, counts)`.
    make: Callable[[int, str | None, bytes, ChannelCounts], Sendable]


def _check_listener(fd: int) -> None:
    with as_socket(fd) as asked:
        if asked.type != _socket.SOCK_STREAM or listens(asked) is False:
            raise ValueError("a server's descriptor that does not listen")


def _check_bound(fd: int) -> None:
    with as_socket(fd) as asked:
        if asked.type != _socket.SOCK_STREAM or asked.family == _socket.AF_UNIX:
            raise ValueError("a bound socket's descriptor that is no TCP socket")


def _check_socket(fd: int) -> None:
    with as_socket(fd):
        pass


def _server(fd: int, key: str | None, waiting: bytes, counts: ChannelCounts) -> Server:
    server = Server()
    server.listen(fd=fd, exclusive=True)
    return server


def _connection(fd: int, key: str | None, waiting: bytes, counts: ChannelCounts) -> Socket:
    os.set_blocking(fd, False)
    counted = None if key is None else counts.received(key).over
    departure = Departure(
        fd, is_socket=is_socket(fd), waiting=waiting, shared=True, counted=counted
    )
    return arrive(departure)


def _bound(fd: int, key: str | None, waiting: bytes, counts: ChannelCounts) -> BoundSocket:
    return hold(Bound(fd))


def _plain(fd: int, key: str | None, waiting: bytes, counts: ChannelCounts) -> _socket.socket:
    socket = _socket.socket(fileno=fd)
    socket.setblocking(False)
    return socket


_KINDS = {
    "net.Server": _Kind(_check_listener, _server),
    "net.Socket": _Kind(is_socket, _connection),
    "net.Native": _Kind(_check_socket, _plain),
    "net.BoundSocket": _Kind(_check_bound, _bound),
    "dgram.Socket": _Kind(_check_socket, _plain),
    "dgram.Native": _Kind(_check_socket, _plain),
}
