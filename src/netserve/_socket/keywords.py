"""What `Socket` and `Socket.connect()` take, for the functions that pass it on by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypedDict

from .._address.block_list import BlockList
from .._core import Stream
from .._descriptors.bound_socket import BoundSocket
from .._events.abort import AbortSignal
from .._types import Called, CanDetach, Family, Path, Port
from .on_read import OnRead

# A `Stream` is what a `Socket` is to the core.
Handle = CanDetach | BoundSocket | Stream

# `lookup(host, options, callback)` calls back; `async def lookup(host, options)` returns. Each of
# the options is of another type; the callback takes an error, or an answer of one of four shapes.
LookupOptions = dict[str, Any]
Answer = Callable[..., None]
Lookup = (
    Callable[[str, LookupOptions, Answer], object]
    | Callable[[str, LookupOptions], Awaitable[object]]
)


class SocketKeywords(TypedDict, total=False):
    """What a `Socket` is made with."""

    fd: int | None
    handle: Handle | None
    allow_half_open: bool
    readable: bool
    writable: bool
    on_read: OnRead | None
    high_water_mark: int
    no_delay: bool
    keep_alive: bool
    keep_alive_initial_delay: float
    user_timeout: float | None
    type_of_service: int | None
    block_list: BlockList | None
    signal: AbortSignal | None


class ConnectKeywords(TypedDict, total=False):
    """What `Socket.connect()` takes, but for where to."""

    local_address: str | None
    local_port: int | None
    family: Family | None
    hints: int | None
    lookup: Lookup | None
    auto_select_family: bool | None
    auto_select_family_attempt_timeout: float | None


class CreateKeywords(SocketKeywords, ConnectKeywords, total=False):
    """What a socket that connects is made with: `create_connection()`."""


class OpenKeywords(CreateKeywords, total=False):
    """The same, for `open_connection()`, which passes all of it on."""

    listener: Called | None
    port: Port | None
    path: Path | None
    timeout: float | None
