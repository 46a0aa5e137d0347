"""Handles: what goes along with a message, and what becomes of it in the other process.

sent here       on the wire                          arrives as
Server          net.Server, listening descriptor     a Server that listens on it, too
Socket          net.Socket, connected descriptor     a Socket, with what was read and not taken
BoundSocket     net.BoundSocket, given away          a BoundSocket
socket.socket   net.Native or dgram.Native           a socket.socket
"""

from __future__ import annotations

import base64
import binascii
import os
import socket as _socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..._descriptors.bind import Bound
from ..._descriptors.bound_socket import BoundSocket, give, hold, require
from ..._descriptors.kinds import as_socket, is_socket
from ..._errors import ArgumentTypeError, StateError, shown
from ..._server.server import Server
from ..._socket.departure import Departure
from ..._socket.socket import Socket, arrive, copy_of, depart

if TYPE_CHECKING:
    from .remote_counts import Tally

Handle = Server | Socket | BoundSocket | _socket.socket

BYTES_WAITING = "ERR_SOCKET_BYTES_WAITING"


@dataclass
class Parcel:
    """A descriptor, ours to give away, and what the message says about it."""

    fd: int
    kind: str
    about: dict[str, Any] = field(default_factory=dict)
    # Nobody else has it: it is sent again if it does not arrive.
    precious: bool = False

    def wrap(self, message: Any) -> dict[str, Any]:
        """The message that goes on the wire."""
        return {"cmd": "NODE_HANDLE", "type": self.kind, "msg": message, **self.about}


def check_handle(handle: Any) -> None:
    """Refuses what can't be sent."""
    if handle is not None and not isinstance(handle, Handle):
        allowed = "a Server, a Socket, a BoundSocket or a socket.socket"
        message = f"handle must be {allowed}, not {type(handle).__name__} ({shown(handle)})"
        raise ArgumentTypeError(message, "ERR_INVALID_HANDLE_TYPE")
    if isinstance(handle, BoundSocket):
        require(handle)
        if handle.is_pipe:
            # Its socket file belongs to whoever has bound it; nobody can hand that over.
            message = "a BoundSocket of a path can't be sent, only one of a port"
            raise ArgumentTypeError(message, "ERR_INVALID_HANDLE_TYPE")


def has_waiting(handle: Any, keep_open: bool) -> bool:
    """Whether bytes that were read already would have to travel along."""
    return isinstance(handle, Socket) and not keep_open and handle.readable_length > 0


def pack(handle: Handle, *, keep_open: bool, tally: Tally) -> Parcel | None:
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
        return _pack_socket(handle, keep_open, tally)
    kind = "dgram.Native" if handle.type == _socket.SOCK_DGRAM else "net.Native"
    return Parcel(_copy(handle.fileno()), kind)


def _pack_socket(socket: Socket, keep_open: bool, tally: Tally) -> Parcel:
    if socket.writable_length and not keep_open:
        message = (
            f"this socket has {socket.writable_length} bytes still to write, which would be lost: "
            "wait for drain"
        )
        raise StateError(message, BYTES_WAITING)
    about: dict[str, Any] = {}
    if socket.server is not None:
        about["key"] = tally.sent(socket.server)
    if keep_open:
        return Parcel(copy_of(socket), "net.Socket", about)
    departure = depart(socket)
    if departure.waiting:
        about["waiting"] = base64.b64encode(departure.waiting).decode()
    return Parcel(departure.take(), "net.Socket", about, precious=True)


def _copy(fd: int) -> int:
    copy = os.dup(fd)
    # The flag belongs to all copies; a Node process that gets one would block for good.
    os.set_blocking(copy, False)
    return copy


def unpack(fd: int, message: dict[str, Any], tally: Tally) -> Handle:
    """Makes a handle of what came, and takes the descriptor over.

    Raises `ValueError`, `TypeError` or `OSError` for what can't be one; the descriptor is closed
    then.
    """
    kind = message.get("type")
    maker = _MAKERS.get(kind) if isinstance(kind, str) else None
    try:
        if maker is None:
            raise ValueError(f"a handle of an unknown type: {shown(kind)}")
        return maker(fd, message, tally)
    except BaseException:
        _close(fd)
        raise


def _server(fd: int, message: dict[str, Any], tally: Tally) -> Server:
    with as_socket(fd) as asked:
        if asked.type != _socket.SOCK_STREAM or not _listens(asked):
            raise ValueError("a server's descriptor that does not listen")
    server = Server()
    server.listen(fd=fd, exclusive=True)
    return server


def _connection(fd: int, message: dict[str, Any], tally: Tally) -> Socket:
    waiting = message.get("waiting")
    try:
        before = base64.b64decode(waiting, validate=True) if isinstance(waiting, str) else b""
    except binascii.Error as error:
        raise ValueError("bytes that are no base64") from error
    key = message.get("key")
    kind = is_socket(fd)
    os.set_blocking(fd, False)
    counted = tally.received(key) if isinstance(key, str) else None
    return arrive(Departure(fd, is_socket=kind, waiting=before, shared=True, counted=counted))


def _bound(fd: int, message: dict[str, Any], tally: Tally) -> BoundSocket:
    with as_socket(fd) as asked:
        if asked.type != _socket.SOCK_STREAM or asked.family == _socket.AF_UNIX:
            raise ValueError("a bound socket's descriptor that is no TCP socket")
    return hold(Bound(fd))


def _plain(fd: int, message: dict[str, Any], tally: Tally) -> _socket.socket:
    socket = _socket.socket(fileno=fd)
    socket.setblocking(False)
    return socket


_MAKERS: dict[str, Callable[[int, dict[str, Any], Tally], Handle]] = {
    "net.Server": _server,
    "net.Socket": _connection,
    "net.Native": _plain,
    "net.BoundSocket": _bound,
    "dgram.Socket": _plain,
    "dgram.Native": _plain,
}


def _listens(socket: _socket.socket) -> bool:
    option = getattr(_socket, "SO_ACCEPTCONN", None)
    return option is None or bool(socket.getsockopt(_socket.SOL_SOCKET, option))


def _close(fd: int) -> None:
    try:
        os.close(fd)
    except OSError:
        return  # whoever failed had taken it over, and has closed it
