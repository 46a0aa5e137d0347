"""The short ways to a server and to a connection."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Unpack

from ._address.block_list import BlockList
from ._arguments import check_callback, check_seconds
from ._errors import AbortError, ArgumentTypeError
from ._events.abort import AbortSignal, error_of
from ._events.waits import once
from ._server.keywords import ConnectionListener, Handle, StartKeywords
from ._server.server import Server
from ._socket.connect_request import understand
from ._socket.keywords import CreateKeywords, OpenKeywords
from ._socket.socket import Socket, dial, expect_awaits
from ._types import Called, Path, Port

__all__ = ["connect", "create_connection", "create_server", "open_connection", "start_server"]

Callback = Callable[..., object]


def _options_of(call: Callback) -> frozenset[str]:
    return frozenset(inspect.signature(call).parameters)


_SERVER_OPTIONS, _LISTEN_OPTIONS = _options_of(Server), _options_of(Server.listen)
_SOCKET_OPTIONS, _CONNECT_OPTIONS = _options_of(Socket), _options_of(Socket.connect)


def create_server(
    connection_listener: ConnectionListener | None = None,
    *,
    allow_half_open: bool = False,
    pause_on_connect: bool = False,
    high_water_mark: int = 65536,
    no_delay: bool = True,
    keep_alive: bool = False,
    keep_alive_initial_delay: float = 0.0,
    user_timeout: float | None = None,
    block_list: BlockList | None = None,
) -> Server:
    """Makes a `Server`, which does not listen yet; the options are those of `Server`.

    Node: `net`, "net.createServer()".
    """
    return Server(
        connection_listener,
        allow_half_open=allow_half_open,
        pause_on_connect=pause_on_connect,
        high_water_mark=high_water_mark,
        no_delay=no_delay,
        keep_alive=keep_alive,
        keep_alive_initial_delay=keep_alive_initial_delay,
        user_timeout=user_timeout,
        block_list=block_list,
    )


async def start_server(
    connection_listener: ConnectionListener | None = None,
    target: Port | Path | Handle | None = None,
    host: str | None = None,
    **options: Unpack[StartKeywords],
) -> Server:
    """Makes a `Server` and returns once it listens, on whatever `listen()` may be given.

    Options are those of `Server` and those of `Server.listen()`. Raises the `OSError` that keeps it
    from listening, or `AbortError` when its `signal` is aborted before it listens. A cancelled wait
    closes it. Node: `net`, "net.createServer()" and "server.listen()".
    """
    own, others = _split("start_server", options, _SERVER_OPTIONS, _LISTEN_OPTIONS)
    server = Server(connection_listener, **own)
    server.listen(target, host, **others)
    signal: AbortSignal | None = others.get("signal")
    try:
        await server.wait_listening()
        if signal is not None and signal.aborted:
            raise error_of(signal)
    except (asyncio.CancelledError, AbortError):
        server.close()
        server.close_all_connections()  # connections that were accepted meanwhile
        raise
    return server


def create_connection(
    target: Port | Path | None = None,
    host: str | Called | None = None,
    listener: Called | None = None,
    *,
    port: Port | None = None,
    path: Path | None = None,
    timeout: float | None = None,
    **socket_and_connect_options: Unpack[CreateKeywords],
) -> Socket:
    """Makes a `Socket` and connects it; `listener` is added for `connect`.

    Options are those of `Socket` (`allow_half_open`, `no_delay`, `signal`, ...) and those of
    `Socket.connect()`, explained there: `local_address` and `local_port` say where the connection
    comes from; `family`, `hints` and `lookup` how the host is looked up; `auto_select_family` and
    `auto_select_family_attempt_timeout` whether, and after how many seconds, another of its
    addresses is tried. `timeout` in seconds is that of `Socket.set_timeout()`: it runs while the
    socket connects, too, and only tells. Raises and emits what those do. Node: `net`,
    "net.createConnection()".
    """
    return _connect(
        "create_connection",
        target,
        host,
        listener=listener,
        port=port,
        path=path,
        timeout=timeout,
        **socket_and_connect_options,
    )


connect = create_connection


def _connect(
    caller: str,
    target: object,
    host: object,
    *,
    listener: Called | None = None,
    port: object = None,
    path: object = None,
    timeout: float | None = None,
    **options: object,
) -> Socket:
    """What `create_connection()` does, for the function that errors are to name."""
    if callable(host) and listener is None:
        host, listener = None, host
    check_callback(listener, "listener")
    if timeout is not None:
        check_seconds(timeout, "timeout")
    own, others = _split(caller, options, _SOCKET_OPTIONS, _CONNECT_OPTIONS)
    # What is wrong is refused before a handle is taken over.
    handle = own.get("handle")
    request = understand(target, host, port=port, path=path, handle=handle, **others)
    socket = Socket(**own)
    if timeout is not None:
        socket.set_timeout(timeout)
    if listener is not None:
        socket.once("connect", listener)
    dial(socket, request)
    return socket


async def open_connection(
    target: Port | Path | None = None,
    host: str | Called | None = None,
    **options: Unpack[OpenKeywords],
) -> Socket:
    """Makes a `Socket` and returns once it is connected; options as in `create_connection()`.

    Raises the `OSError` that keeps it from that, or `AbortError` when its `signal` is aborted
    before. A cancelled wait destroys it. Node: `net`, "net.createConnection()".
    """
    socket = _connect("open_connection", target, host, **options)
    error = await _connected(socket)
    if error is None:
        return socket
    # An error remembers where it was raised, and what was there: neither the socket nor itself.
    del socket
    try:
        raise error.with_traceback(None)
    finally:
        del error


async def _connected(socket: Socket) -> BaseException | None:
    """Waits until a socket is connected. Returns the error that prevents it, or `None`."""
    # An error may come after `connect`, before this coroutine has its turn.
    socket.on("error", _told_by_raising)
    try:
        await once(socket, "connect")
    except asyncio.CancelledError:
        socket.destroy()
        raise
    except BaseException as error:
        return error
    finally:
        socket.off("error", _told_by_raising)
    expect_awaits(socket)
    return socket.errored


def _told_by_raising(error: BaseException) -> None:
    """Listens to `error`: the error is raised by the `await` instead."""


def _split(
    caller: str, options: Mapping[str, object], own: frozenset[str], others: frozenset[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options that an object is made with, and those of the call that follows."""
    for name in options.keys() - own - others:
        message = f"{caller}() got an unexpected keyword argument {name!r}"
        raise ArgumentTypeError(message)
    mine = {name: value for name, value in options.items() if name in own}
    return mine, {name: value for name, value in options.items() if name not in own}
