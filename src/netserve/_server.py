"""`Server`: listens, hands out connections, closes when the last one has ended.

`listen` = understand the request, find the addresses, bind, adopt, announce.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import socket as _socket
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from ._abort import on_abort
from ._accept_queue import AcceptQueue
from ._address import (
    AddressInfo,
    DropInfo,
    check_bool,
    check_callback,
    check_seconds,
    check_size,
    info,
)
from ._core import Listener
from ._errors import StateError, lookup_error, out_of_range, system_error, wrong_type
from ._listen import DEFAULT_BACKLOG, Bound, ListenRequest, bind, literal, understand
from ._runtime import current
from ._socket import Socket

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ._runtime import Runtime

__all__ = ["Server"]

Callback = Callable[..., Any]
log = logging.getLogger("netserve")


class Server(AcceptQueue):
    """A TCP or local (IPC) server; which of them, `listen()` says.

    `connection_listener` is added for `connection`. `allow_half_open`: a connection whose peer has
    ended stays open for writing. `pause_on_connect`: not one byte is read until `resume()`.
    `high_water_mark` in bytes, `keep_alive_initial_delay` in seconds. Wrong options raise
    `TypeError` or `ValueError`. Node: `net`, "Class: net.Server".

    Events: `listening`, `connection(socket)`, `close`, `error(exc)`, `drop(info)`.
    """

    close_timeout: float | None = 10.0

    def __init__(
        self,
        connection_listener: Callback | None = None,
        *,
        allow_half_open: bool = False,
        pause_on_connect: bool = False,
        high_water_mark: int = 65536,
        no_delay: bool = False,
        keep_alive: bool = False,
        keep_alive_initial_delay: float = 0.0,
        block_list: Any = None,
    ) -> None:
        check_callback(connection_listener, "connection_listener")
        self._allow_half_open = check_bool(allow_half_open, "allow_half_open")
        self._pause_on_connect = check_bool(pause_on_connect, "pause_on_connect")
        self._mark = check_size(high_water_mark, "high_water_mark")
        self._no_delay = check_bool(no_delay, "no_delay")
        delay = check_seconds(keep_alive_initial_delay, "keep_alive_initial_delay")
        self._keep_alive = int(delay) if check_bool(keep_alive, "keep_alive") else None
        if block_list is not None:
            raise wrong_type("block_list", "None", block_list)
        self._runtime = current()
        self._context = contextvars.copy_context()
        self._listener: Listener | None = None
        self._bound: Bound | None = None
        self._pending: ListenRequest | None = None
        self._sockets: set[Socket] = set()
        self._limit: int | None = None
        self._drop_all = False
        self._referenced = True
        self._ready: tuple[asyncio.Future[None], ...] = ()
        self._closers: tuple[asyncio.Future[None], ...] = ()
        self._forget_signal: Callable[[], Any] | None = None
        self._forget_deadline: Callable[[], None] | None = None
        self._init_queue()
        if connection_listener is not None:
            self.on("connection", connection_listener)

    # Listening

    def listen(
        self,
        target: Any = None,
        host: Any = None,
        backlog: Any = DEFAULT_BACKLOG,
        callback: Callback | None = None,
        *,
        port: Any = None,
        path: Any = None,
        fd: int | None = None,
        handle: Any = None,
        exclusive: bool = False,
        readable_all: bool = False,
        writable_all: bool = False,
        ipv6_only: bool = False,
        reuse_port: bool = False,
        signal: Any = None,
    ) -> Self:
        """Starts to listen: on a port (default: one that the system chooses), a path or a handle.

        `target` is a port, a path, another `Server`, a `Socket`, a `socket.socket` or an object
        with `fileno()` (these keep their descriptor; a number given as `fd` becomes ours).
        `backlog` is the length of the kernel's queue, which the system may cap. `callback` is
        added for `listening`. An aborted `signal` closes the server. Failures (`EADDRINUSE`, ...)
        are `error` events, after which `listen()` may be called again; wrong arguments raise
        `TypeError` or `ValueError`, a server that listens `RuntimeError`
        (`ERR_SERVER_ALREADY_LISTEN`). Node: `net`, "server.listen()".
        """
        if callable(host) and callback is None:
            host, callback = None, host
        elif callable(backlog) and callback is None:
            backlog, callback = DEFAULT_BACKLOG, backlog
        elif callable(target) and callback is None and not hasattr(target, "fileno"):
            target, callback = None, target
        check_callback(callback)
        request = understand(
            target,
            host,
            backlog,
            port=port,
            path=path,
            fd=fd,
            handle=handle,
            signal=signal,
            exclusive=exclusive,
            readable_all=readable_all,
            writable_all=writable_all,
            ipv6_only=ipv6_only,
            reuse_port=reuse_port,
        )
        if self._listener is not None or self._pending is not None:
            message = "listen() on a server that listens already: close() it first"
            raise StateError(message, "ERR_SERVER_ALREADY_LISTEN")
        if callback is not None:
            self.once("listening", callback)
        self._watch_signal(request)
        self._find(request)
        return self

    def _watch_signal(self, request: ListenRequest) -> None:
        signal = request.signal
        if signal is None:
            return
        if signal.aborted:
            self._runtime.defer(self.close)
        else:
            self._forget_signal = on_abort(signal, self.close)

    def _find(self, request: ListenRequest) -> None:
        """Finds the addresses of a host; what needs no looking up is bound now."""
        addresses = literal(request)
        if addresses == []:
            self._open(request, [])
            return
        self._pending = request
        self._runtime.reactor.hold()
        if addresses is not None:
            self._runtime.defer(self._found, request, addresses, None)
        else:
            self._runtime.with_loop(lambda loop: self._look_up(request, loop))

    def _look_up(self, request: ListenRequest, loop: asyncio.AbstractEventLoop) -> None:
        async def look_up() -> None:
            host = request.host or ""
            try:
                found = await loop.getaddrinfo(host, None, type=_socket.SOCK_STREAM)
            except (_socket.gaierror, UnicodeError) as error:
                if not isinstance(error, _socket.gaierror):
                    error = _socket.gaierror(_socket.EAI_NONAME, "not a name that DNS can hold")
                self._found(request, [], lookup_error(error, host))
                return
            versions = {_socket.AF_INET: 4, _socket.AF_INET6: 6}
            names = [(str(e[4][0]), versions[e[0]]) for e in found if e[0] in versions]
            # Node asks for one address, IPv4 first where a name has both.
            self._found(request, sorted(names, key=lambda name: name[1]), None)

        self._runtime.spawn(look_up(), self._fail)

    def _found(
        self, request: ListenRequest, addresses: list[tuple[str, int]], error: OSError | None
    ) -> None:
        self._runtime.reactor.release()
        if self._pending is not request:
            return
        self._pending = None
        if error is not None:
            self._fail(error)
        else:
            self._open(request, addresses)

    def _open(self, request: ListenRequest, addresses: list[tuple[str, int]]) -> None:
        """Binds, adopts the descriptor, announces."""
        try:
            bound = bind(request, addresses)
        except OSError as error:
            self._runtime.defer(self._fail, error)
            return
        self._bound = bound
        listener = self._listener = Listener(
            self._runtime.reactor,
            bound.fd,
            self,
            live=len(self._sockets),
            limit=self._limit,
            no_delay=self._no_delay,
            keep_alive=self._keep_alive,
        )
        listener.set_ref(self._referenced)
        listener.resume()
        self._runtime.defer(self._announce, listener)

    def _announce(self, listener: Listener) -> None:
        if self._listener is listener:
            self._settle(self._ready)
            self._emit("listening")

    def _fail(self, error: BaseException) -> None:
        """`listen()` came to nothing; it may be called again."""
        if self._forget_signal is not None:
            self._forget_signal()
        waiters, self._ready = self._ready, ()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_exception(error)
        if not waiters or self._has("error"):
            self._emit("error", error)

    async def wait_listening(self) -> None:
        """Waits until the server listens. Raises the error that keeps it from that.

        Raises `RuntimeError` (`ERR_SERVER_NOT_RUNNING`) when `listen()` has not been called.
        """
        if self._listener is not None:
            return
        waiter: asyncio.Future[None] = self._runtime.future()
        self._ready = (*self._ready, waiter)
        if self._pending is None and not self._runtime.reactor.busy:
            waiter.set_exception(_not_running())
        await waiter

    @property
    def listening(self) -> bool:
        """Whether the server listens. Node: `net`, "server.listening"."""
        return self._listener is not None

    def address(self) -> AddressInfo | str | None:
        """Where the server listens: address, family and port, or the path; `None` if it doesn't.

        Node: `net`, "server.address()".
        """
        if self._listener is None:
            return None
        if self._bound is not None and self._bound.path is not None:
            return self._bound.path
        name = self._listener.name()
        return info(name) if isinstance(name, tuple) else name

    def fileno(self) -> int:
        """The descriptor's number, or -1 when the server does not listen. It stays ours."""
        return self._listener.fileno() if self._listener is not None else -1

    def ref(self) -> Self:
        """Lets the server keep the program alive while it listens: the default.

        Node: `net`, "server.ref()".
        """
        return self._set_ref(True)

    def unref(self) -> Self:
        """Lets the program end in spite of this server. Node: `net`, "server.unref()"."""
        return self._set_ref(False)

    def _set_ref(self, referenced: bool) -> Self:
        self._referenced = referenced
        if self._listener is not None:
            self._listener.set_ref(referenced)
        return self

    # Closing

    def close(self, callback: Callback | None = None, *, timeout: float | None = None) -> Self:
        """Stops accepting; `close` comes once the last connection has ended.

        `callback()` is called then, or with `ERR_SERVER_NOT_RUNNING` if the server was not open.
        Connections still open after `timeout` seconds are destroyed. Node: `net`,
        "server.close()".
        """
        check_callback(callback)
        if timeout is not None:
            timeout = check_seconds(timeout, "timeout")
        was_open = self._listener is not None or self._pending is not None
        if callback is not None:
            called = callback if was_open else lambda: callback(_not_running())
            self.once("close", called)
        if self._forget_signal is not None:
            self._forget_signal()
        self._pending = None
        self._shut()
        if timeout is not None and self._sockets:
            self._forget_deadline = self._runtime.call_later(timeout, self.close_all_connections)
        self._close_if_drained()
        return self

    def _shut(self) -> None:
        listener, self._listener = self._listener, None
        bound, self._bound = self._bound, None
        if bound is not None:
            bound.unlink()
        if listener is not None:
            listener.close()

    def _close_if_drained(self) -> None:
        if self._listener is None and not self._sockets:
            self._runtime.defer(self._emit_close)

    def _emit_close(self) -> None:
        if self._listener is not None or self._sockets:
            return
        if self._forget_deadline is not None:
            self._forget_deadline()
        self._end_queue()
        waiters, self._ready = self._ready, ()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_exception(_not_running())
        self._settle(self._closers)
        self._closers = ()
        self._emit("close")

    async def wait_closed(self) -> None:
        """Waits until the server is closed and its last connection has ended."""
        if self._listener is None and self._pending is None and not self._sockets:
            return
        waiter: asyncio.Future[None] = self._runtime.future()
        self._closers = (*self._closers, waiter)
        await waiter

    def close_idle_connections(self, idle: float = 0.0) -> None:
        """Destroys the connections that have nothing to send and moved no byte for `idle` s."""
        idle = check_seconds(idle, "idle")
        for socket in self.connections:
            if not socket.writable_length and socket._idle_for >= idle:
                socket.destroy()

    def close_all_connections(self) -> None:
        """Destroys all connections. The server itself goes on listening."""
        for socket in self.connections:
            socket.destroy()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leaving: closes, waits at most `close_timeout` seconds, destroys what is left.

        By an exception: everything is closed at once.
        """
        if self._listener is not None or self._pending is not None:
            self.close(timeout=self.close_timeout)
        if kind is not None:
            self.close_all_connections()
        await self.wait_closed()

    # Connections

    @property
    def connections(self) -> tuple[Socket, ...]:
        """The live sockets of this server, as of now."""
        return tuple(self._sockets)

    @property
    def max_connections(self) -> int | None:
        """How many connections there may be; more are dropped. `None`: no limit, 0: drop all.

        May be changed at any time. Node: `net`, "server.maxConnections".
        """
        return self._limit

    @max_connections.setter
    def max_connections(self, limit: int | None) -> None:
        if limit is not None:
            if isinstance(limit, bool) or not isinstance(limit, int):
                raise wrong_type("max_connections", "a whole number or None", limit)
            if limit < 0:
                raise out_of_range("max_connections", "0 or more", limit)
        self._limit = limit
        if self._listener is not None:
            self._listener.limit = limit

    @property
    def drop_max_connection(self) -> bool:
        """In a cluster's worker: drop what is above `max_connections`, don't pass it on.

        Node: `net`, "server.dropMaxConnection".
        """
        return self._drop_all

    @drop_max_connection.setter
    def drop_max_connection(self, drop: bool) -> None:
        self._drop_all = check_bool(drop, "drop_max_connection")

    def get_connections(self, callback: Callback | None = None) -> asyncio.Future[int] | None:
        """The number of connections: for `callback(err, count)`, or awaited.

        Node: `net`, "server.getConnections()".
        """
        check_callback(callback)
        if callback is not None:
            self._runtime.defer(self._tell_count, callback)
            return None
        future: asyncio.Future[int] = self._runtime.future()
        future.set_result(len(self._sockets))
        return future

    def _tell_count(self, callback: Callback) -> None:
        result = callback(None, len(self._sockets))
        if asyncio.iscoroutine(result):
            self._run_coroutine("get_connections", result, ())

    def _on_connection(self, fd: int) -> None:
        """The core accepted a connection."""
        socket = Socket._accepted(self, self._runtime, fd, self._mark)
        self._sockets.add(socket)
        context = socket._context = self._context.copy()
        if self._allow_half_open:
            socket.allow_half_open = True
        if self._mark != 65536:
            socket._readable_mark = self._mark
        if self._pause_on_connect:
            socket._hold_back()
        try:
            self._offer(socket)
            context.run(self.emit, "connection", socket)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            socket._on_listener_error(error)
        if socket._flowing is not False:
            socket._start_reading()

    def _forget(self, socket: Socket) -> None:
        """A connection is gone."""
        self._sockets.discard(socket)
        self._withdraw(socket)
        if self._listener is not None:
            self._listener.live = len(self._sockets)
        else:
            self._close_if_drained()

    def _on_drop(self, local: Any, remote: Any, reason: str) -> None:
        """The core turned a connection away."""
        if reason == "descriptors":
            log.warning("out of file descriptors: a connection was turned away")
        if isinstance(local, tuple):
            self._emit("drop", _drop_info(local, remote))
        else:
            self._emit("drop", None)

    def _on_accept_error(self, number: int) -> None:
        self._emit("error", system_error(number, "accept"))

    # Events

    def _emit(self, event: str, *args: Any) -> None:
        try:
            self._context.copy().run(self.emit, event, *args)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self._on_listener_error(error)

    def _run_coroutine(
        self, event: str, coroutine: Coroutine[Any, Any, Any], args: tuple[Any, ...]
    ) -> None:
        failed = args[0]._on_listener_error if event == "connection" else self._on_listener_error
        self._runtime.spawn(coroutine, failed)

    def _on_listener_error(self, error: BaseException) -> None:
        self._runtime.fail("unhandled error of a server", error, self)

    @staticmethod
    def _settle(waiters: tuple[asyncio.Future[None], ...]) -> None:
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


def _drop_info(local: tuple[str, int, int], remote: Any) -> DropInfo:
    here = info(local)
    there = info(remote) if isinstance(remote, tuple) else None
    return DropInfo(
        local_address=here.address,
        local_port=here.port,
        local_family=here.family,
        remote_address=there.address if there else None,
        remote_port=there.port if there else None,
        remote_family=there.family if there else None,
    )


def _not_running() -> StateError:
    return StateError("the server is not running: call listen() first", "ERR_SERVER_NOT_RUNNING")


