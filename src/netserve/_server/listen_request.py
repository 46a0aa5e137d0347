"""From what `listen()` was asked for to one listening descriptor.

`understand()` checks everything and makes one immutable description; nothing is opened before.
`bind()` then gives the descriptor, already listening.
"""

from __future__ import annotations

import errno
import os
import socket as _socket
import stat
from dataclasses import dataclass
from typing import Any, Protocol

from .._address.info import is_ip
from .._arguments import check_bool, check_host, check_path, check_port, numeric_port
from .._core import Listener, Stream, WorkerListener
from .._descriptors.bind import Bound, bind_path, bind_port, listen_on
from .._descriptors.bound_socket import BoundSocket
from .._descriptors.kinds import check_fd
from .._errors import ArgumentTypeError, out_of_range, shown, system_error, wrong_type
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
    target: Any,
    host: Any,
    backlog: Any,
    *,
    port: Any,
    path: Any,
    fd: Any,
    handle: Any,
    signal: Any,
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
        handle._require()
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


def _check_backlog(value: Any) -> int:
    if value is None:
        return DEFAULT_BACKLOG
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type("backlog", "a whole number of connections", value)
    if not 0 <= value < 2**31:
        raise out_of_range("backlog", f"from 0 to {2**31 - 1}", value)
    return value or DEFAULT_BACKLOG


def _descriptor_of(handle: Any, name: str) -> int:
    """The descriptor of a server, a socket, or any other object that has one."""
    check_here = getattr(handle, "_check_here", None)
    if check_here is not None:
        check_here("listen")
    listener = getattr(handle, "_listener", None)
    if isinstance(listener, (Listener, WorkerListener)):
        handle = listener
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
    if isinstance(fd, bool) or not isinstance(fd, int):
        raise wrong_type("what fileno() returns", "an int", fd)
    if not 0 <= fd < 2**31:
        owner = "socket" if isinstance(handle, Stream) else "object"
        message = f"this {owner} has no open descriptor to listen on: {shown(handle)}"
        raise ArgumentTypeError(message, "ERR_INVALID_HANDLE_TYPE")
    return fd


class Place(Protocol):
    """Where a server listens, besides its descriptor."""

    @property
    def path(self) -> str | None:
        """The path that it listens on, if any."""

    def release(self) -> None:
        """The server listens no more."""


def bind(request: ListenRequest, addresses: list[tuple[str, int]], *, listen: bool = True) -> Bound:
    """Opens, binds, listens. `addresses` are those of the host's name; none: all interfaces.

    Without `listen` that is left to whoever gets the descriptor. Raises `OSError` with code,
    syscall, address and port.
    """
    if request.reserved is not None:
        return listen_on(request.reserved._give(), request.backlog)
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
        # No IPv6 here; if something else is wrong, IPv4 has the same trouble and says so.
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
    """What lets other users connect."""
    mode = 0
    if request.readable_all:
        mode |= stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
    if request.writable_all:
        mode |= stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
    return mode


def _bind_descriptor(request: ListenRequest, fd: int) -> Bound:
    if not _is_socket(fd):
        # Node's number for whatever can't be listened on.
        detail = f"descriptor {fd} is not an open socket"
        raise system_error(errno.EINVAL, "listen", detail=detail)
    try:
        # A copy: the object that it belongs to may close its own at any time. One that was given
        # as a bare number is ours, but only once nothing can fail any more.
        with _socket.socket(fileno=os.dup(fd)) as opened:
            if opened.type != _socket.SOCK_STREAM:
                raise OSError(errno.EINVAL, "not a stream socket")
            opened.setblocking(False)
            opened.listen(request.backlog)
            if not request.borrowed:
                os.close(fd)
            return Bound(opened.detach())
    except OSError as error:
        raise system_error(error.errno or errno.EINVAL, "listen") from None


def _is_socket(fd: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(fd).st_mode)
    except OSError:
        return False


def literal(request: ListenRequest) -> list[tuple[str, int]] | None:
    """The addresses of a request that needs no name looked up; `None` when it does."""
    if request.host is None:
        return []
    version = is_ip(request.host)
    return [(request.host, version)] if version else None
