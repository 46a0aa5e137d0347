"""What a process that forks another tells it through the environment.

    NODE_CHANNEL_FD                    the descriptor of the child's end of the channel
    NODE_CHANNEL_SERIALIZATION_MODE    "json" (the default) or "advanced"
    NODE_UNIQUE_ID                     a cluster's worker: its number
    NETSERVE_CHANNEL_LIMIT             the longest message, in bytes; Node has none
    NETSERVE_CHANNEL_INODE             the channel's inode, where its descriptor is 0, 1 or 2

It is looked at when something here asks for it, and never on import. From then on it is gone from
the environment, and the descriptor closes in whatever this process starts: none of it is meant for
others.
"""

from __future__ import annotations

import logging
import os
import socket as _socket
import threading
from collections.abc import Mapping
from typing import NamedTuple

from .._descriptors.kinds import STANDARD, as_socket
from .ipc import SERIALIZATIONS
from .ipc.wire import DEFAULT_LIMIT, LIMITS

log = logging.getLogger("netserve")

CHANNEL_FD = "NODE_CHANNEL_FD"
SERIALIZATION = "NODE_CHANNEL_SERIALIZATION_MODE"
WORKER = "NODE_UNIQUE_ID"
LIMIT = "NETSERVE_CHANNEL_LIMIT"
INODE = "NETSERVE_CHANNEL_INODE"


class Inherited(NamedTuple):
    """What the one who started this process left for it."""

    # Our end of the channel; `None`: no program forked this one with a channel.
    fd: int | None = None
    serialization: str = "json"
    # The number that a cluster's primary gave us; `None`: this is no worker.
    worker: int | None = None
    # The longest message, in bytes.
    limit: int = DEFAULT_LIMIT


# The same thread may take it again: a handler that a warning calls may ask for the same.
_lock = threading.RLock()
_known: Inherited | None = None


def inherited() -> Inherited:
    """What the environment says, looked at once."""
    global _known
    with _lock:
        if _known is None:
            _known = _take_over()
        return _known


def _after_fork() -> None:
    """A process that this one forks itself has no channel, once we have taken ours."""
    global _lock, _known
    _lock = threading.RLock()
    if _known is not None:
        _known = Inherited()


os.register_at_fork(after_in_child=_after_fork)


def is_worker() -> bool:
    """Whether the environment speaks of a cluster; a channel is looked for only if it does."""
    known = _known
    if known is None and WORKER not in os.environ:
        return False
    return inherited().worker is not None


def environment(
    env: Mapping[str, str],
    fd: int,
    inode: int,
    *,
    serialization: str,
    limit: int,
    worker: int | None,
) -> dict[str, str]:
    """The environment of a process that is started with a channel; `worker`: as a cluster's.

    One that was copied from ours before it was looked at would make the child the worker that we
    are: our own number does not go on.
    """
    ours = str(inherited().worker)
    passed = {name: value for name, value in env.items() if (name, value) != (WORKER, ours)}
    passed |= {CHANNEL_FD: str(fd), SERIALIZATION: serialization}
    if limit != DEFAULT_LIMIT:
        passed[LIMIT] = str(limit)
    if fd < STANDARD:
        passed[INODE] = str(inode)
    return passed if worker is None else {**passed, WORKER: str(worker)}


def _take_over() -> Inherited:
    fd = os.environ.pop(CHANNEL_FD, "")
    mode = os.environ.pop(SERIALIZATION, "") or "json"
    number = os.environ.pop(WORKER, "")
    limit = os.environ.pop(LIMIT, "")
    inode = os.environ.pop(INODE, "")
    if not fd.isdecimal():
        return Inherited()
    if not _is_channel(int(fd), inode):
        # A program between us and the one that opened the channel closed the descriptor, and
        # left the environment as it was.
        log.warning("%s is %s, which is no channel: there is no parent to talk to", CHANNEL_FD, fd)
        return Inherited()
    os.set_inheritable(int(fd), False)
    if mode not in SERIALIZATIONS:
        # Node's own programs end here. If it is not JSON, the channel breaks.
        unknown = f"{SERIALIZATION} is %r, neither 'json' nor 'advanced': 'json' is taken"
        log.warning(unknown, mode)
        mode = "json"
    low, high = LIMITS
    is_limit = limit.isdecimal() and low <= int(limit) <= high
    return Inherited(
        int(fd),
        mode,
        int(number) if number.isdecimal() else None,
        int(limit) if is_limit else DEFAULT_LIMIT,
    )


def _is_channel(fd: int, inode: str) -> bool:
    """Whether a descriptor can be what `fork()` gave us: one end of a connected pair.

    Such an end has no name and neither has the other. Input, output and errors are taken only where
    the one who opened the channel says that it is this very socket: a service manager may connect
    them to anything, and the number may be left from another program.
    """
    try:
        if fd < STANDARD and inode != str(os.fstat(fd).st_ino):
            return False
        with as_socket(fd) as socket:
            if (socket.family, socket.type) != (_socket.AF_UNIX, _socket.SOCK_STREAM):
                return False
            return not (socket.getsockname() or socket.getpeername())
    except (OSError, OverflowError):  # also where it is not connected, as one that listens
        return False
