"""What a descriptor number stands for."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket as _socket
import stat
from collections.abc import Iterator

from .._arguments import check_int
from .._errors import ArgumentTypeError, system_error

# Input, output, errors: the descriptors that every program has.
STANDARD = 3


def check_fd(value: object, code: str = "ERR_INVALID_ARG_VALUE") -> int:
    """A number that may be a descriptor. `code` is for one that may not: Node has two."""
    what, allowed = "a descriptor number", "0 or more"
    return check_int(value, "fd", 0, 2**31 - 1, what=what, allowed=allowed, code=code)


@contextlib.contextmanager
def as_socket(fd: int) -> Iterator[_socket.socket]:
    """A descriptor as a `socket.socket`, to ask about and to set; it stays its owner's.

    Raises `OSError` for what is no socket.
    """
    asked = _socket.socket(fileno=fd)
    try:
        yield asked
    finally:
        asked.detach()


def is_socket(fd: int) -> bool:
    """Whether a descriptor is a socket; raises for what can't be waited for."""
    try:
        mode = os.fstat(fd).st_mode
    except OSError as error:
        raise system_error(error.errno or errno.EBADF, "open") from None
    if not stat.S_ISSOCK(mode) and not stat.S_ISFIFO(mode):
        message = f"fd must be a socket or a pipe; descriptor {fd} is neither"
        raise ArgumentTypeError(message, "ERR_INVALID_FD_TYPE")
    if not stat.S_ISSOCK(mode):
        return False
    with as_socket(fd) as asked:
        if asked.type != _socket.SOCK_STREAM:
            message = f"fd must be a stream socket; descriptor {fd} is a {asked.type.name}"
            raise ArgumentTypeError(message, "ERR_INVALID_FD_TYPE")
    return True


def is_connected(fd: int) -> bool:
    """Whether a stream socket is connected, or was: one that is not may be bound.

    Raises for one that listens.
    """
    with as_socket(fd) as asked:
        if listens(asked):
            message = f"fd must be a connection; descriptor {fd} listens: give it to listen()"
            raise ArgumentTypeError(message, "ERR_INVALID_FD_TYPE")
        if peer_of(asked) is not None:
            return True
        # Of a connection that is over the system has forgotten the peer. It can be read: an end, or
        # an error. What was never connected can't.
        over = select.poll()
        over.register(asked, select.POLLIN | select.POLLPRI)
        return any(event & (select.POLLIN | select.POLLERR) for _, event in over.poll(0))


def peer_of(asked: _socket.socket) -> object:
    """The name of a socket's peer; `None`: it has none (any more)."""
    try:
        return asked.getpeername()
    except OSError:
        return None


# What a descriptor is, for whoever wanted a stream socket.
_KINDS = {
    _socket.SOCK_DGRAM: "a datagram socket (SOCK_DGRAM)",
    _socket.SOCK_SEQPACKET: "a socket of whole packets (SOCK_SEQPACKET)",
    _socket.SOCK_RAW: "a raw socket (SOCK_RAW)",
}


def why_not_listening(fd: int) -> str | None:
    """Why nobody can listen on a descriptor: what it is, and what is wanted; `None`: he can."""
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        return f"descriptor {fd} is not open"
    wanted = "not a stream socket (SOCK_STREAM) that is bound"
    if not stat.S_ISSOCK(mode):
        return f"descriptor {fd} is {_file_kind(mode)}, {wanted}"
    with as_socket(fd) as asked:
        if asked.type != _socket.SOCK_STREAM:
            kind = _KINDS.get(asked.type, f"a socket of type {asked.type!r}")
            return f"descriptor {fd} is {kind}, {wanted}"
        if not listens(asked) and peer_of(asked) is not None:
            return f"descriptor {fd} is a connection, {wanted}"
        if asked.family == _socket.AF_UNIX and not asked.getsockname():
            return f"descriptor {fd} is a local socket without a path, {wanted}"
    return None


def _file_kind(mode: int) -> str:
    """What the mode of a file that is no socket says it is."""
    if stat.S_ISFIFO(mode):
        return "a pipe"
    if stat.S_ISREG(mode):
        return "a file"
    return "a folder" if stat.S_ISDIR(mode) else "a device"


def listens(socket: _socket.socket) -> bool | None:
    """Whether a stream socket listens; `None` where the system does not say."""
    option = getattr(_socket, "SO_ACCEPTCONN", None)
    return None if option is None else bool(socket.getsockopt(_socket.SOL_SOCKET, option))
