"""netserve: Node's `net` module for Python. Servers and sockets made of events, and of `await`.

    create_server, start_server    a `Server`: TCP or local, by what `listen()` is given
    create_connection, connect,
    open_connection                a `Socket`: the client's side
    transfer                       a server or socket goes on in another thread's loop
    pipeline                       sockets piped into each other: a proxy in one line
    run, until_idle                driving a loop until nothing is left
    once, on                       waiting for an event, for every event
    BoundSocket                    an address that is taken now and used later
    AbortController, AbortSignal   calling things off
    BlockList, SocketAddress       rules about who may connect, an address as a value
    EventEmitter, OnRead, AddressInfo, is_ip, ...

    child_process, process         other programs with a channel to them, and this one as such
    cluster                        many processes behind one port
    errors                         what can be raised, and `code_of()`

Names are Node's in snake_case, durations are seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import child_process, cluster, errors, process
from ._address.block_list import BlockList
from ._address.info import AddressInfo, DropInfo, is_ip, is_ipv4, is_ipv6
from ._address.socket_address import SocketAddress
from ._descriptors.bound_socket import BoundSocket
from ._events.abort import AbortController, AbortSignal
from ._events.emitter import EventEmitter
from ._factories import connect, create_connection, create_server, open_connection, start_server
from ._runtime import run, until_idle
from ._server.server import Server
from ._socket.connect_request import (
    get_default_auto_select_family,
    get_default_auto_select_family_attempt_timeout,
    set_default_auto_select_family,
    set_default_auto_select_family_attempt_timeout,
)
from ._socket.on_read import OnRead
from ._socket.pipeline import pipeline
from ._socket.socket import Socket
from ._transfer import transfer

if TYPE_CHECKING:
    from ._events.typed import on, once
else:
    from ._events.waits import on, once

__version__ = "0.1.0"

__all__ = [
    "AbortController",
    "AbortSignal",
    "AddressInfo",
    "BlockList",
    "BoundSocket",
    "DropInfo",
    "EventEmitter",
    "OnRead",
    "Server",
    "Socket",
    "SocketAddress",
    "child_process",
    "cluster",
    "connect",
    "create_connection",
    "create_server",
    "errors",
    "get_default_auto_select_family",
    "get_default_auto_select_family_attempt_timeout",
    "is_ip",
    "is_ipv4",
    "is_ipv6",
    "on",
    "once",
    "open_connection",
    "pipeline",
    "process",
    "run",
    "set_default_auto_select_family",
    "set_default_auto_select_family_attempt_timeout",
    "start_server",
    "transfer",
    "until_idle",
]
