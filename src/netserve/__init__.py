"""netserve: Node's `net` module for Python. Servers and sockets made of events, and of `await`.

    create_server, start_server    a `Server`: TCP or local, by what `listen()` is given
    create_connection, connect,
    open_connection                a `Socket`: the client's side
    run, until_idle                driving a loop until nothing is left
    once, on                       waiting for an event, for every event
    AbortController, AbortSignal   calling things off
    EventEmitter, OnRead, AddressInfo, is_ip, ...

Names are Node's in snake_case, durations are seconds. Errors are in `netserve.errors`.
"""

from __future__ import annotations

from . import child_process, cluster, errors, process
from ._abort import AbortController, AbortSignal
from ._address import AddressInfo, DropInfo, is_ip, is_ipv4, is_ipv6
from ._event_waits import on, once
from ._events import EventEmitter
from ._factories import (
    connect,
    create_connection,
    create_server,
    open_connection,
    start_server,
)
from ._on_read import OnRead
from ._runtime import run, until_idle
from ._server import Server
from ._socket import Socket

__version__ = "0.1.0"

__all__ = [
    "AbortController",
    "AbortSignal",
    "AddressInfo",
    "DropInfo",
    "EventEmitter",
    "OnRead",
    "Server",
    "Socket",
    "child_process",
    "cluster",
    "connect",
    "create_connection",
    "create_server",
    "errors",
    "is_ip",
    "is_ipv4",
    "is_ipv6",
    "on",
    "once",
    "open_connection",
    "process",
    "run",
    "start_server",
    "until_idle",
]
