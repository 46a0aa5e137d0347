"""Who gives a server what it listens on: this process itself, or a cluster's primary.

A binder answers for each `Listening` with exactly one of `adopt()`, `begin()` and `fail()`, at once
or later.
"""

from __future__ import annotations

import errno
import os
import socket as _socket
import stat
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from .._descriptors.bind import Bound, bind_path, bind_port, listen_on
from .._descriptors.bound_socket import give
from .._descriptors.kinds import why_not_listening
from .._errors import system_error
from .listen_request import ListenRequest

if TYPE_CHECKING:
    from .listening import Listening

# IP addresses with their families, 4 or 6.
Addresses = list[tuple[str, int]]


class Place(Protocol):
    """What goes with a listening descriptor: a path, a socket file."""

    @property
    def path(self) -> str | None:
        """The path that it listens on, if any."""

    @property
    def shared(self) -> bool:
        """Whether another process has copies of the descriptors of its connections."""

    def release(self) -> None:
        """Lets go of it: the server listens no more."""


class Binder(Protocol):
    """Who gives a server what it listens on."""

    def bind(self, listening: Listening, addresses: Addresses) -> None:
        """Binds what was asked for. `addresses` are those of its host; none: all interfaces."""


class OwnBinder:
    """Binds in this process."""

    def bind(self, listening: Listening, addresses: Addresses) -> None:
        """Binds at once; a failure is told of after the call that asked for it."""
        try:
            bound = bind(listening.request, addresses)
        except OSError as error:
            listening.fail_soon(error)
        else:
            listening.adopt(bound.fd, bound)


class Binders:
    """The binder of this process, looked for when a server first listens."""

    def __init__(self) -> None:
        self.own = OwnBinder()
        self._find: Callable[[], Binder | None] = lambda: None

    def use(self, find: Callable[[], Binder | None]) -> None:
        """Asks `find()` from now on, whenever a server listens; `None`: it binds by itself."""
        self._find = find

    def choose(self) -> Binder:
        """Who binds for a server of this process."""
        return self._find() or self.own


# One for the process, like its channel: a worker's servers all ask the same primary.
binders = Binders()


def bind(request: ListenRequest, addresses: list[tuple[str, int]], *, listen: bool = True) -> Bound:
    """Opens, binds, listens. `addresses` are those of the host's name; none: all interfaces.

    Without `listen` that is left to whoever gets the descriptor. Raises `OSError` with code,
    syscall, address and port.
    """
    if request.reserved is not None:
        return listen_on(give(request.reserved), request.backlog)
    if request.fd is not None:
        return _bind_descriptor(request, request.fd)
    if request.path is not None:
        return _bind_path(request, request.path, listen)
    if addresses:
        address, version = addresses[0]
        return _bind_port(request, address, version, listen)
    try:
        return _bind_port(request, "::", 6, listen)
    except OSError as error:
        if error.errno == errno.EADDRINUSE or request.ipv6_only:
            raise
        # This machine has no IPv6. Any other trouble is IPv4's, too, and raised there.
        return _bind_port(request, "0.0.0.0", 4, listen)


def _bind_port(request: ListenRequest, address: str, version: int, listen: bool) -> Bound:
    return bind_port(
        address,
        version,
        request.port,
        ipv6_only=request.ipv6_only,
        reuse_port=request.reuse_port,
        backlog=request.backlog if listen else None,
        syscall="listen",
    )


def _bind_path(request: ListenRequest, path: str, listen: bool) -> Bound:
    backlog = request.backlog if listen else None
    return bind_path(path, mode=_mode(request), backlog=backlog, syscall="listen")


def _mode(request: ListenRequest) -> int:
    """The bits of a socket file's mode that let other users connect."""
    mode = 0
    if request.readable_all:
        mode |= stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
    if request.writable_all:
        mode |= stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
    return mode


def _bind_descriptor(request: ListenRequest, fd: int) -> Bound:
    if (wrong := why_not_listening(fd)) is not None:
        # Node's number for whatever can't be listened on.
        raise system_error(errno.EINVAL, "listen", detail=wrong)
    try:
        # A copy, because the owner may close the descriptor at any time. One that was given
        # as a bare number is ours, but only once nothing can fail any more.
        with _socket.socket(fileno=os.dup(fd)) as opened:
            opened.setblocking(False)
            opened.listen(request.backlog)
            if not request.borrowed:
                os.close(fd)
            return Bound(opened.detach())
    except OSError as error:
        raise system_error(error.errno or errno.EINVAL, "listen") from None
