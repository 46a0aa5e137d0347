"""`BoundSocket`: an address that is taken at once, and used later.

    bound ──> adopted     by a server that listens, a socket that connects, another process
      └─────> closed

The object that adopts it gets the descriptor and the socket file; nothing is left here, and every
further use is an error. Node says `ERR_SOCKET_HANDLE_ADOPTED` about a closed one as well.
"""

from __future__ import annotations

import os
import socket as _socket
import warnings
from typing import TYPE_CHECKING, Self

from .._address.info import AddressInfo, address_in, info, is_ip
from .._arguments import check_bool, check_host, check_path, check_port
from .._errors import ArgumentValueError, StateError, shown
from .._shown import as_shown, place
from .bind import Bound, bind_path, bind_port
from .kinds import as_socket

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["BoundSocket"]


class BoundSocket:
    """A TCP or local socket that is bound and does not listen yet.

    `host` is an IP address, no name (default: `"0.0.0.0"`, with `ipv6_only` `"::"`); `port` 0 lets
    the system choose. `ipv6_only` leaves IPv4 out of an IPv6 address, `reuse_port` lets others bind
    to the same port. With `path` (`\\0` in front: abstract, Linux) it is a local socket, and none
    of the others may be given. The address is taken when this returns.

    Give it to `server.listen(bound)`, to `Socket(handle=bound)`, whose `connect()` then starts from
    this address, or (TCP) to `child.send(message, bound)`. That adopts it: from then on every
    method raises `RuntimeError` (`ERR_SOCKET_HANDLE_ADOPTED`). One that nobody adopts should be
    closed; left to the garbage collector it warns and closes itself.

    Raises `TypeError` and `ValueError` for wrong arguments, `OSError` (`EADDRINUSE`, ...) when it
    can't be bound. Node: `net`, "Class: net.BoundSocket".
    """

    __slots__ = ("__weakref__", "_bound", "_is_pipe")

    _bound: Bound | None

    def __init__(
        self,
        host: str | None = None,
        port: int | str = 0,
        ipv6_only: bool = False,
        reuse_port: bool = False,
        path: str | os.PathLike[str] | None = None,
    ) -> None:
        self._bound = None  # what `__del__` finds when an argument is wrong
        check_bool(ipv6_only, "ipv6_only"), check_bool(reuse_port, "reuse_port")
        self._is_pipe = path is not None
        if path is not None:
            checked = check_path(path)
            if host is not None or port != 0 or ipv6_only or reuse_port:
                raise ArgumentValueError(
                    "path can't go together with host, port, ipv6_only or reuse_port"
                )
            self._bound = bind_path(checked, mode=0, backlog=None, syscall="bind")
            return
        if host is None:
            host = "::" if ipv6_only else "0.0.0.0"
        version = is_ip(check_host(host))
        if not version:
            raise ArgumentValueError(
                f"host must be an IP address, which needs no looking up, not {shown(host)}"
            )
        self._bound = bind_port(
            host,
            version,
            check_port(port),
            ipv6_only=ipv6_only,
            reuse_port=reuse_port,
            backlog=None,
            syscall="bind",
        )

    def _require(self) -> Bound:
        if self._bound is None:
            raise StateError(
                "this bound socket was adopted by a server or a socket, or closed",
                "ERR_SOCKET_HANDLE_ADOPTED",
            )
        return self._bound

    def address(self) -> AddressInfo | str:
        """Where it is bound: address, family and port, or the path.

        Node: `net`, "boundSocket.address()".
        """
        bound = self._require()
        if self._is_pipe:
            return bound.path or ""
        return info(name_of(bound.fd))

    def fd(self) -> int:
        """The descriptor's number; it stays ours. Node: `net`, "boundSocket.fd()"."""
        return self._require().fd

    @property
    def is_pipe(self) -> bool:
        """Whether it is bound to a path. Node: `net`, "boundSocket.isPipe"."""
        return self._is_pipe

    def close(self) -> None:
        """Closes it and removes its socket file; only what nobody has adopted can be closed.

        Node: `net`, "boundSocket.close()".
        """
        give(self).close()

    def __repr__(self) -> str:
        bound = self._bound
        if bound is None:
            return as_shown(self, "adopted or closed")
        return as_shown(self, place(bound.path if self._is_pipe else name_of(bound.fd)), "bound")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leaving: closes it, unless it has been adopted or closed."""
        if self._bound is not None:
            self.close()

    def __del__(self) -> None:
        if self._bound is not None:
            try:
                if self._bound.is_ours:
                    warnings.warn(f"unclosed {self!r}", ResourceWarning, stacklevel=2, source=self)
            finally:
                self.close()  # also where warnings are errors


def name_of(fd: int) -> tuple[str, int, int]:
    """The address of a TCP descriptor, as the core says it."""
    with as_socket(fd) as asked:
        name = asked.getsockname()
        return address_in(name), name[1], 4 if asked.family == _socket.AF_INET else 6


# For those who adopt it


def require(socket: BoundSocket) -> Bound:
    """What a `BoundSocket` holds. If nothing: `RuntimeError` (`ERR_SOCKET_HANDLE_ADOPTED`)."""
    return socket._require()


def give(socket: BoundSocket) -> Bound:
    """Takes everything that a `BoundSocket` holds out of it. Raises as `require()` does."""
    bound = socket._require()
    socket._bound = None
    return bound


def adopt(fd: int) -> Bound:
    """What a descriptor of another's is bound to; a socket file stays that other's."""
    with as_socket(fd) as asked:
        name = asked.getsockname() if asked.family == _socket.AF_UNIX else None
    return Bound(fd, os.fsdecode(name) if name else None)


def hold(bound: Bound) -> BoundSocket:
    """A `BoundSocket` that takes over what is bound already."""
    made = BoundSocket.__new__(BoundSocket)
    made._bound = bound
    with as_socket(bound.fd) as asked:
        made._is_pipe = asked.family == _socket.AF_UNIX
    return made
