"""What `Server` and `Server.listen()` take, for the functions that pass it on by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypedDict, get_args

from .._address.block_list import BlockList
from .._descriptors.bound_socket import BoundSocket
from .._events.abort import AbortSignal
from .._socket.socket import Socket
from .._types import Called, HasDescriptor, Path, Port

# Called with each connection; a coroutine function serves it.
ConnectionListener = Callable[[Socket], object]

# `callback(err, count)`: one of the two is `None`.
Counted = Callable[[BaseException | None, int | None], object]

Handle = HasDescriptor | BoundSocket

# What `broadcast()` does about a connection that does not keep up.
Slow = Literal["drop", "wait", "close"]
SLOW: tuple[str, ...] = get_args(Slow)


class ServerKeywords(TypedDict, total=False):
    """What a `Server` is made with."""

    allow_half_open: bool
    pause_on_connect: bool
    high_water_mark: int
    no_delay: bool
    keep_alive: bool
    keep_alive_initial_delay: float
    user_timeout: float | None
    block_list: BlockList | None


class ListenKeywords(TypedDict, total=False):
    """What `Server.listen()` takes, besides `target` and `host`."""

    backlog: int | Called | None
    callback: Called | None
    port: Port | None
    path: Path | None
    fd: int | None
    handle: Handle | None
    exclusive: bool
    readable_all: bool
    writable_all: bool
    ipv6_only: bool
    reuse_port: bool
    signal: AbortSignal | None


class StartKeywords(ServerKeywords, ListenKeywords, total=False):
    """What a server that listens is made with: `start_server()`."""
