"""`Server`: hands out connections, and closes when the last one has ended; `_listening` listens."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import weakref
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Self

from .._address.block_list import BlockList, check_block_list
from .._address.info import DropInfo, info
from .._arguments import check_bool, check_callback, check_seconds, check_size
from .._core import WorkerListener
from .._errors import out_of_range, system_error, wrong_type
from .._events.emitter import in_one_piece
from .._runtime import current, unsettled
from .._socket.socket import Socket
from .listening import not_running, settle
from .remote_counts import Counting

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Server"]

Callback = Callable[..., Any]
log = logging.getLogger("netserve")


@in_one_piece
class Server(Counting):
    """A TCP or local (IPC) server; which of them, `listen()` says.

    `connection_listener` is added for `connection`. `allow_half_open`: a connection whose peer has
    ended stays open for writing. `pause_on_connect`: not one byte is read until `resume()`.
    `high_water_mark` in bytes, `keep_alive_initial_delay` in seconds. A TCP client that the
    `block_list` has a rule for is dropped at once. Wrong options raise `TypeError` or `ValueError`.
    Node: `net`, "Class: net.Server".

    Events: `listening`, `connection(socket)`, `close`, `error(exc)`, `drop(info)`.
    """

    _close_timeout: float | None = 10.0

    def __init__(
        self,
        connection_listener: Callback | None = None,
        *,
        allow_half_open: bool = False,
        pause_on_connect: bool = False,
        high_water_mark: int = 65536,
        no_delay: bool = True,
        keep_alive: bool = False,
        keep_alive_initial_delay: float = 0.0,
        block_list: BlockList | None = None,
    ) -> None:
        check_callback(connection_listener, "connection_listener")
        self._allow_half_open = check_bool(allow_half_open, "allow_half_open")
        self._pause_on_connect = check_bool(pause_on_connect, "pause_on_connect")
        self._mark = check_size(high_water_mark, "high_water_mark")
        self._no_delay = check_bool(no_delay, "no_delay")
        delay = check_seconds(keep_alive_initial_delay, "keep_alive_initial_delay")
        self._keep_alive = int(delay) if check_bool(keep_alive, "keep_alive") else None
        self._block_list = check_block_list(block_list)
        self._runtime = current()
        self._context = contextvars.copy_context()
        self._drop_all = False
        self._begin_life()
        if connection_listener is not None:
            self.on("connection", connection_listener)

    def _begin_life(self) -> None:
        """What belongs to one server in one loop, and no option."""
        self._sockets: set[Socket] = set()
        # How many `close` events are about to be emitted.
        self._closing = 0
        # Connections that other processes or threads have now.
        self._away = ()
        self._sent_key: str | None = None
        self._closers: tuple[asyncio.Future[None], ...] = ()
        # What takes the deadlines of `close(timeout=)` back.
        self._deadlines: list[Callable[[], None]] = []
        self._init_queue()

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
        if callback is not None:
            called = callback if self._listener is not None else lambda: callback(not_running())
            self.once("close", called)
        if self._forget_signal is not None:
            self._forget_signal()
        self._pending = None
        self._shut()
        if timeout is not None and self._sockets:
            self._destroy_later(timeout)
        self._close_if_drained()
        return self

    def _destroy_later(self, timeout: float) -> None:
        """The connections that there are now have `timeout` seconds; later ones are not meant."""
        left = weakref.WeakSet(self._sockets)

        def destroy() -> None:
            for socket in tuple(left):
                socket.destroy()

        self._deadlines.append(self._runtime.call_later(timeout, destroy))

    def _shut(self) -> None:
        listener, self._listener = self._listener, None
        place, self._place = self._place, None
        if listener is not None:
            listener.close()
        if place is not None:
            place.release()

    def _close_if_drained(self) -> None:
        if self._listener is not None or self._sockets:
            return
        self._closing += 1
        if self._away:
            self._wait_for_away(self._away)
        else:
            self._runtime.defer(self._emit_close)

    def _emit_close(self) -> None:
        self._closing -= 1
        if not self._sockets:
            while self._deadlines:
                self._deadlines.pop()()
        # Whoever called listen() meanwhile began a new life: this is the end of the old one.
        if self._listener is None and self._pending is None:
            self._end_queue()
            waiters, self._ready = self._ready, ()
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_exception(not_running())
        closers, self._closers = self._closers, ()
        self._emit("close")
        settle(closers)

    @property
    def close_timeout(self) -> float | None:
        """Seconds that connections have to end when `async with` is left; `None`: for ever.

        Beyond Node.
        """
        return self._close_timeout

    @close_timeout.setter
    def close_timeout(self, seconds: float | None) -> None:
        self._close_timeout = None if seconds is None else check_seconds(seconds, "close_timeout")

    async def wait_closed(self) -> None:
        """Waits until the server is closed and its last connection has ended."""
        if not (self._listener or self._pending or self._sockets or self._closing):
            return
        waiter: asyncio.Future[None] = self._runtime.future()
        self._closers = (*unsettled(self._closers), waiter)
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
        """Entering: waits until the server listens, if `listen()` was called."""
        if self._opening:
            await self.wait_listening()
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
            if not 0 <= limit < 2**63:
                raise out_of_range("max_connections", "from 0 to 2**63 - 1", limit)
        self._check_here("set a limit")
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
        if isinstance(self._listener, WorkerListener):
            self._listener.drop_above = drop

    def _on_connection(self, fd: int, is_tcp: bool) -> None:
        """The core accepted a connection."""
        context = self._context.copy()
        socket = Socket._accepted(self, self._runtime, fd, self._mark, context, is_tcp)
        self._sockets.add(socket)
        if self._allow_half_open:
            socket.allow_half_open = True
        if self._mark != 65536:
            socket._readable_mark = self._mark
        if self._pause_on_connect:
            socket._hold_back()
        if self._taken_by_hand:
            self._offer(socket)
        self._present(socket)
        if not socket._flowing and not self._pause_on_connect:
            # Nobody takes data yet: it waits up to the mark, and an end or a reset is not missed.
            socket._start_reading()

    def _present(self, socket: Socket) -> None:
        context = self._context if socket._context is None else socket._context
        try:
            context.run(self.emit, "connection", socket)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            socket._on_listener_error(error)

    def _forget(self, socket: Socket) -> None:
        """A connection is gone."""
        self._sockets.discard(socket)
        if self._queue:
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
        self._emit_error(system_error(number, "accept"))

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
        if event == "connection":
            args[0]._spawn(coroutine)
        else:
            self._runtime.spawn(coroutine, self._on_listener_error)

    def _on_listener_error(self, error: BaseException) -> None:
        self._runtime.fail("unhandled error of a server", error, self)


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
