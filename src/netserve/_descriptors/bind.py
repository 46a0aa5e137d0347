"""Opening and binding: a descriptor of our own, at a port or a path, that listens or not yet.

A socket file outlives whoever made it, and a path with one can't be bound. So this process removes
its files when it ends, if nothing did before, and whoever finds one at which nobody listens any
more (its server was killed) takes its place. A file belongs to the process that made it: one that
was forked from it removes none.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import fcntl
import logging
import os
import socket as _socket
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from .._address.info import endpoint
from .._errors import system_error

log = logging.getLogger("netserve")

# How long another process of ours may take to bind and listen in a folder, in seconds. It takes a
# tenth of a millisecond; after that we go on without a look at it.
PATIENCE, A_MOMENT = 0.1, 0.001


@dataclass(frozen=True)
class Bound:
    """A descriptor that is bound, and the socket file that goes with it."""

    fd: int
    path: str | None = None
    # The file's device and inode: one that was replaced meanwhile is not ours to remove.
    identity: tuple[int, int] | None = None
    # Where the file is, whichever folder this process works in by now.
    file: str | None = None
    # The process that made it: one that it forks has a copy of the descriptor, and no file.
    process: int = field(default_factory=os.getpid)
    # No other process has copies of the descriptors of the connections accepted there.
    shared: ClassVar[bool] = False

    @property
    def is_ours(self) -> bool:
        """Whether this process has made it, and none that it was forked from."""
        return self.process == os.getpid()

    def release(self) -> None:
        """Removes the socket file if it is still ours.

        A file that can't be removed (the rights to do so were dropped after `listen()`, say) stays,
        and is logged: whatever is being closed has to be closed all the same.
        """
        _files.discard(self)
        if self.file is None or self.identity is None or not self.is_ours:
            return
        try:
            if _identity(self.file) == self.identity:
                os.unlink(self.file)
        except FileNotFoundError:
            return
        except OSError as error:
            reason = error.strerror or error
            log.warning("the socket file %r could not be removed: %s", self.path, reason)

    def close(self) -> None:
        """Closes the descriptor, which nobody has taken over, and removes the socket file."""
        os.close(self.fd)
        self.release()


# The socket files that this process has made and not removed.
_files: set[Bound] = set()


def _remove_files() -> None:
    for bound in tuple(_files):
        bound.release()


atexit.register(_remove_files)


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
        with (
            contextlib.nullcontext() if abstract else _alone_in_folder(path),
            _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM) as opened,
        ):
            opened.setblocking(False)
            _bind_or_take_over(opened, path)
            bound = not abstract
            if bound and mode:
                # Nobody can connect before listen(), so there is no gap.
                os.chmod(path, stat.S_IMODE(os.stat(path).st_mode) | mode)
            if backlog is not None:
                opened.listen(backlog)
            if abstract:
                return Bound(opened.detach(), path)
            file = os.path.join(os.getcwd(), path)
            made = Bound(opened.detach(), path, _identity(path), file)
            _files.add(made)
            return made
    except OSError as error:
        if bound:
            os.unlink(path)
        if error.errno == errno.ENOENT:
            # Node's number on every system, since Windows has no other.
            raise system_error(errno.EACCES, syscall, path, detail="no such folder") from None
        raise system_error(error.errno or errno.EINVAL, syscall, path) from None


def _bind_or_take_over(opened: _socket.socket, path: str) -> None:
    """Binds to a path; where the file of a dead server is in the way, that is removed first."""
    try:
        opened.bind(path)
    except OSError as error:
        abstract = path.startswith("\0")  # the kernel forgets such a name with its socket
        if error.errno != errno.EADDRINUSE or abstract or not _is_dead(path):
            raise
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        opened.bind(path)


def _is_dead(path: str) -> bool:
    """Whether a path is taken by a socket file whose socket is gone.

    We ask as a datagram socket: a stream one that lives says `EPROTOTYPE`, whether or not it
    listens yet, and its server never hears that it was asked. One that we may not connect to says
    `EACCES`, and lives as well. What is no socket file is none of our business.
    """
    try:
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            return False
        with _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM) as asking:
            asking.setblocking(False)
            asking.connect(path)
    except ConnectionRefusedError:
        return True
    except FileNotFoundError:
        return True  # it was removed meanwhile
    except OSError:
        return False
    return False


@contextlib.contextmanager
def _alone_in_folder(path: str) -> Iterator[None]:
    """Keeps the other processes of ours from binding in the same folder meanwhile.

    Of two that find the same dead server, the slower one would remove the file that the faster one
    has just made. Where a folder can't be locked (no right to read it, a file system that knows no
    locks), or somebody else keeps it locked, we go on without.
    """
    folder = -1
    with contextlib.suppress(OSError):
        folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_CLOEXEC)
    try:
        if folder >= 0:
            _lock(folder)
        yield
    finally:
        if folder >= 0:
            os.close(folder)


def _lock(folder: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return
            time.sleep(A_MOMENT)
        except OSError:
            return
        else:
            return


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
