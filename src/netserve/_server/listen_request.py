"""What `listen()` was asked for, checked, as one immutable description. Nothing is opened here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from .._address.info import is_ip
from .._arguments import (
    check_bool,
    check_host,
    check_int,
    check_path,
    check_port,
    is_int,
    numeric_port,
)
from .._core import Stream
from .._descriptors.bound_socket import BoundSocket, require
from .._descriptors.kinds import check_fd
from .._errors import ArgumentTypeError, shown, wrong_type
from .._events.abort import AbortSignal

# Node's documented default; the kernel caps it at net.core.somaxconn.
DEFAULT_BACKLOG = 511


@dataclass(frozen=True)
class ListenRequest:
    """What to listen on, checked: a path, a descriptor, or a port (of a host, or of all)."""

    port: int = 0
    host: str | None = None
    path: str | None = None
    fd: int | None = None
    # The descriptor belongs to another object, which keeps it.
    borrowed: bool = False
    # Bound already, and to be adopted.
    reserved: BoundSocket | None = None
    backlog: int = DEFAULT_BACKLOG
    exclusive: bool = False
    readable_all: bool = False
    writable_all: bool = False
    ipv6_only: bool = False
    reuse_port: bool = False
    signal: AbortSignal | None = None

    @property
    def is_own(self) -> bool:
        """Whether a cluster's worker listens by itself, without its primary."""
        return self.exclusive or self.reuse_port or self.borrowed or self.reserved is not None


def understand(
    target: object,
    host: object,
    backlog: object,
    *,
    port: object,
    path: object,
    fd: object,
    handle: object,
    signal: object,
    **flags: Any,
) -> ListenRequest:
    """Checks what `listen()` was given; opens nothing."""
    if signal is not None and not isinstance(signal, AbortSignal):
        raise wrong_type("signal", "an AbortSignal", signal)
    common: dict[str, Any] = {name: check_bool(value, name) for name, value in flags.items()}
    common |= {"backlog": _check_backlog(backlog), "signal": signal}
    if all(given is None for given in (port, path, fd, handle)):
        if numeric_port(target):
            port = target
        elif isinstance(target, (str, os.PathLike)):
            path = target
        elif target is not None:
            handle = target
    if isinstance(handle, BoundSocket):
        require(handle)
        return ListenRequest(reserved=handle, **common)
    if handle is not None:
        name = "target" if handle is target else "handle"
        return ListenRequest(fd=_descriptor_of(handle, name), borrowed=True, **common)
    if fd is not None:
        return ListenRequest(fd=check_fd(fd), **common)
    if port is None and path is not None:
        return ListenRequest(path=check_path(path), **common)
    host = check_host(host) if host not in (None, "") else None
    return ListenRequest(port=check_port(0 if port is None else port), host=host, **common)


def _check_backlog(value: object) -> int:
    if value is None:
        return DEFAULT_BACKLOG
    what = "a whole number of connections"
    return check_int(value, "backlog", 0, 2**31 - 1, what=what) or DEFAULT_BACKLOG


def _descriptor_of(handle: object, name: str) -> int:
    """The descriptor of a server, a socket, or any other object that has one."""
    check_here = getattr(handle, "_check_here", None)
    if check_here is not None:
        check_here("listen")
    fileno = getattr(handle, "fileno", None)
    if not callable(fileno):
        allowed = "a Server, a Socket, a BoundSocket, a socket.socket or an object with fileno()"
        if name == "target":
            allowed = f"a port, a path, {allowed}"
        raise wrong_type(name, allowed, handle)
    try:
        fd = fileno()
    except Exception as error:
        message = f"what fileno() of a {type(handle).__name__} raises: {error!r}"
        raise ArgumentTypeError(message, "ERR_INVALID_HANDLE_TYPE") from error
    if not is_int(fd):
        raise wrong_type("what fileno() returns", "an int", fd)
    if not 0 <= fd < 2**31:
        owner = "socket" if isinstance(handle, Stream) else "object"
        message = f"this {owner} has no open descriptor to listen on: {shown(handle)}"
        raise ArgumentTypeError(message, "ERR_INVALID_HANDLE_TYPE")
    return fd


def literal(request: ListenRequest) -> list[tuple[str, int]] | None:
    """The addresses of a request that needs no name looked up; `None` when it does."""
    if request.host is None:
        return []
    version = is_ip(request.host)
    return [(request.host, version)] if version else None
