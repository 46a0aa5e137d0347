"""Opening and binding: a descriptor of our own, at a port or a path, that listens or not yet."""

from __future__ import annotations

import errno
import logging
import os
import socket as _socket
import stat
from dataclasses import dataclass
from typing import ClassVar

from .._address.info import endpoint
from .._errors import system_error

log = logging.getLogger("netserve")


@dataclass(frozen=True)
class Bound:
    """A descriptor that is bound, and the socket file that goes with it."""

    fd: int
    path: str | None = None
    # The file's device and inode: one that was replaced meanwhile is not ours to remove.
    identity: tuple[int, int] | None = None
    # No other process has copies of the descriptors of the connections accepted there.
    shared: ClassVar[bool] = False

    def release(self) -> None:
        """Removes the socket file if it is still ours.

        A file that can't be removed (the rights to do so were dropped after `listen()`, say) stays,
        and is logged: whatever is being closed has to be closed all the same.
        """
        if self.path is None or self.identity is None:
            return
        try:
            if _identity(self.path) == self.identity:
                os.unlink(self.path)
        except FileNotFoundError:
            return
        except OSError as error:
            reason = error.strerror or error
            log.warning("the socket file %r could not be removed: %s", self.path, reason)

    def close(self) -> None:
        """Closes the descriptor, which nobody has taken over, and removes the socket file."""
        os.close(self.fd)
        self.release()


def bind_port(
    address: str,
    version: int,
    port: int,
    *,
    ipv6_only: bool,
    reuse_port: bool,
    backlog: int | None,
    syscall: str,
) -> Bound:
    """Binds to a port, and listens unless `backlog` is `None`. `syscall` is who an error names."""
    family = _socket.AF_INET if version == 4 else _socket.AF_INET6
    try:
        with _socket.socket(family, _socket.SOCK_STREAM) as opened:
            opened.setblocking(False)
            opened.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
            if reuse_port:
                opened.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEPORT, 1)
            if version == 6:
                opened.setsockopt(_socket.IPPROTO_IPV6, _socket.IPV6_V6ONLY, ipv6_only)
            opened.bind(endpoint(address, port, version))
            if backlog is not None:
                opened.listen(backlog)
            return Bound(opened.detach())
    except OSError as error:
        # An address of the other family is an error of the resolver's, whose numbers are others.
        resolved = not isinstance(error, _socket.gaierror)
        number = (error.errno if resolved else None) or errno.EINVAL
        # As Node says it: `bind` names no port that the system was to choose.
        asked = (port or None) if syscall == "bind" else port
        raise system_error(number, syscall, address, asked) from None


def bind_path(path: str, *, mode: int, backlog: int | None, syscall: str) -> Bound:
    """Binds to a path, and listens unless `backlog` is `None`; `mode` is added to the file's."""
    abstract = path.startswith("\0")
    bound = False
    try:
        with _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM) as opened:
            opened.setblocking(False)
            opened.bind(path)
            bound = not abstract
            if bound and mode:
                # Nobody can connect before listen(), so there is no gap.
                os.chmod(path, stat.S_IMODE(os.stat(path).st_mode) | mode)
            if backlog is not None:
                opened.listen(backlog)
            identity = None if abstract else _identity(path)
            return Bound(opened.detach(), path, identity)
    except OSError as error:
        if bound:
            os.unlink(path)
        if error.errno == errno.ENOENT:
            # Node's number on every system, since Windows has no other.
            raise system_error(errno.EACCES, syscall, path, detail="no such folder") from None
        raise system_error(error.errno or errno.EINVAL, syscall, path) from None


def listen_on(bound: Bound, backlog: int) -> Bound:
    """Listens on a descriptor that is bound already; a failure closes it, and removes its file."""
    try:
        opened = _socket.socket(fileno=bound.fd)
        try:
            opened.listen(backlog)
        finally:
            opened.detach()
    except OSError as error:
        bound.close()
        raise system_error(error.errno or errno.EINVAL, "listen") from None
    return bound


def _identity(path: str) -> tuple[int, int]:
    found = os.stat(path, follow_symlinks=False)
    return found.st_dev, found.st_ino
