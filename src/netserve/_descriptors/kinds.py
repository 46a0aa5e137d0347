"""What a descriptor number stands for."""

from __future__ import annotations

import contextlib
import errno
import os
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


def listens(socket: _socket.socket) -> bool | None:
    """Whether a stream socket listens; `None` where the system does not say."""
    option = getattr(_socket, "SO_ACCEPTCONN", None)
    return None if option is None else bool(socket.getsockopt(_socket.SOL_SOCKET, option))
