"""`Server`: hands out connections, and closes when the last one has ended.

It has a `Listening` (one `listen()`, and what came of it), an `AcceptQueue` (connections that wait
to be taken) and `RemoteCounts` (the other processes and threads that have connections of it). Its
states are in `states.py`.
"""

from __future__ import annotations

import asyncio
import contextvars
import copy
import time
import weakref
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Self, overload

from .._address.block_list import BlockList, check_block_list, rules_of
from .._address.info import AddressInfo, DropInfo, info
from .._arguments import (
    check_bool,
    check_callback,
    check_choice,
    check_int,
    check_seconds,
    check_size,
    to_bytes,
)
from .._core import Accepted, Listener, WorkerListener, io
from .._errors import StateError, system_error
from .._events.abort import AbortSignal
from .._events.calling import Callback, Caller
from .._job import Job
from .._runtime import Runtime, current
from .._shown import Name, as_shown, place
from .._socket.departure import CLOSE_TIMEOUT
from .._socket.options import check_user_timeout, understand_keep_alive
from .._socket.socket import AnySocket, Socket, hold_back, mark_shared, serve
from .._types import Called, Data, Path, Port, Work
from .._waiters import Waiters
from .accept_queue import AcceptQueue
from .binder import Place
from .events import ServerEvents
from .keywords import SLOW, ConnectionListener, Counted, Handle, Slow
from .listen_request import DEFAULT_BACKLOG, ListenRequest, understand
from .listening import AcceptOptions, Acceptor, Listening
from .remote_counts import RemoteCounts
from .states import (
    BOUND,
    CLOSE,
    FAIL,
    LISTEN,
    LOSE_LOOP,
    MOVE,
    OPEN,
    OPENING,
    TELL_CLOSE,
    TELL_FAILURE,
    State,
)

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Server"]

# Seconds that a coroutine listener has at least for its clean-up, once its connection is gone.
CLEAN_UP = 1.0


class Server(Caller, ServerEvents):
    """A TCP or local (IPC) server; which of them, `listen()` says.

    `connection_listener` is added for `connection`. `allow_half_open`: a connection whose peer has
    ended stays open for writing. `pause_on_connect`: not one byte is read until `resume()`.
    `no_delay` (the default): small writes leave at once. `high_water_mark` in bytes,
    `keep_alive_initial_delay` in seconds. `user_timeout`: seconds that what was sent may go
    unacknowledged before the connection breaks with `ETIMEDOUT` (`TCP_USER_TIMEOUT`, Linux only;
    `None`: as long as the system tries). A TCP client that the `block_list` has a rule for is
    dropped at once. Wrong options raise `TypeError` or `ValueError`. Node: `net`,
    "Class: net.Server".

    Events: `listening`, `connection(socket)`, `close`, `error(exc)`, `drop(info)`.
    """

    _state = State.IDLE
    _listening: Listening | None = None
    _limit: int | None = None
    _drop_above = False
    _referenced = True
    _close_timeout: float | None = CLOSE_TIMEOUT

    def __init__(
        self,
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
    ) -> None:
        check_callback(connection_listener, "connection_listener")
        self._allow_half_open = check_bool(allow_half_open, "allow_half_open")
        self._pause_on_connect = check_bool(pause_on_connect, "pause_on_connect")
        self._mark = check_size(high_water_mark, "high_water_mark")
        self._no_delay = check_bool(no_delay, "no_delay")
        self._keep_alive = understand_keep_alive(keep_alive, keep_alive_initial_delay)
        self._user_timeout = check_user_timeout(user_timeout)
        self._block_list = check_block_list(block_list)
        self._base_context = contextvars.copy_context()
        self._begin(current())
        if connection_listener is not None:
            self.on("connection", connection_listener)

    def _begin(self, runtime: Runtime) -> None:
        """Begins with no connection, no waiter and no deadline, in the loop of `runtime`."""
        self._runtime = runtime
        self._sockets: set[Socket] = set()
        self._queue = AcceptQueue()
        self._elsewhere = RemoteCounts()
        # The coroutines that serve connections, while they run.
        self._handlers: weakref.WeakSet[Job] = weakref.WeakSet()
        # How many `close` events are about to be emitted.
        self._closes_due = 0
        self._closers: Waiters[None] = Waiters()
        # The coroutines that wait for a listen() that was called off; `close` tells them.
        self._deserted: list[Waiters[None]] = []
        # Functions that cancel the deadlines of `close(timeout=)`.
        self._deadlines: list[Callable[[], None]] = []

    @property
    def _context(self) -> contextvars.Context:
        """Each listener runs in a copy of the context that the server was made in."""
        return self._base_context.copy()

    @property
    def _acceptor(self) -> Acceptor | None:
        return self._listening.acceptor if self._listening is not None else None

    # Listening

    def listen(
        self,
        target: Port | Path | Handle | Called | None = None,
        host: str | Called | None = None,
        backlog: int | Called | None = DEFAULT_BACKLOG,
        callback: Called | None = None,
        *,
        port: Port | None = None,
        path: Path | None = None,
        fd: int | None = None,
        handle: Handle | None = None,
        exclusive: bool = False,
        readable_all: bool = False,
        writable_all: bool = False,
        ipv6_only: bool = False,
        reuse_port: bool = False,
        signal: AbortSignal | None = None,
    ) -> Self:
        """Starts to listen: on a port (default: one that the system chooses), a path or a handle.

        `target` is a port, a path, another `Server`, a `Socket`, a `socket.socket` or an object
        with `fileno()` (these keep their descriptor; a number given as `fd` becomes ours), or a
        `BoundSocket`, which is adopted.
        Without a `host`, or with an empty one, it listens on every interface of the machine, for
        IPv6 and IPv4 (`"::"`; where there is no IPv6, `"0.0.0.0"`): whoever can reach the machine
        can connect. `"127.0.0.1"` or `"localhost"` is for this machine only.
        `backlog` is the length of the kernel's queue, which the system may cap. `callback` is
        added for `listening`. An aborted `signal` closes the server. Failures (`EADDRINUSE`, ...)
        are `error` events, after which `listen()` may be called again; wrong arguments raise
        `TypeError` or `ValueError`, a server that listens `RuntimeError`
        (`ERR_SERVER_ALREADY_LISTEN`). Node: `net`, "server.listen()".
        """
        if callable(host) and callback is None:
            host, callback = None, host
        elif callable(backlog) and callback is None:
            callback, backlog = backlog, DEFAULT_BACKLOG
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
        self._check_here("listen")
        if self._state in OPEN:
            message = "listen() on a server that listens already: close() it first"
            raise StateError(message, "ERR_SERVER_ALREADY_LISTEN")
        if callback is not None:
            self.once("listening", callback)
        self._state = LISTEN[self._state]
        self._runtime.closers.add(self._on_loop_end)
        self._listening = Listening(self, self._runtime, request)
        self._listening.start()
        return self

    def _check_here(self, what: str) -> None:
        """Refuses what is asked of a server that goes on in another thread, or whose loop is over;
        in the development mode, in a thread that is not the loop's."""
        if self._state is State.MOVED:
            message = f"can't {what}: the server was moved to another thread"
            raise StateError(message, "ERR_STREAM_DESTROYED")
        self._runtime.check_use()

    # For the `Listening`: what its acceptor is made with, and what came of it

    def _is_opening(self, listening: Listening) -> bool:
        return self._listening is listening and self._state in OPENING

    def _accept_options(self) -> AcceptOptions:
        return AcceptOptions(
            self._runtime.reactor,
            self,
            live=len(self._sockets),
            limit=self._limit,
            no_delay=self._no_delay,
            keep_alive=self._keep_alive,
            user_timeout=self._user_timeout,
            block_list=rules_of(self._block_list),
            drop_above=self._drop_above,
        )

    def _begun(self, listening: Listening) -> None:
        """There is something that accepts; `listening` follows."""
        acceptor = listening.acceptor
        assert acceptor is not None, "a Listening that has begun has an acceptor"
        self._state = BOUND[self._state]
        acceptor.set_ref(self._referenced)
        acceptor.resume()
        self._runtime.defer(self._announce, listening)

    def _announce(self, listening: Listening) -> None:
        if self._listening is listening and self._state is State.LISTENING:
            listening.waiters.wake(None)
            self._emit("listening")

    def _about_to_fail(self, listening: Listening) -> None:
        if self._listening is listening:
            self._state = FAIL[self._state]

    def _failed(self, listening: Listening, error: BaseException) -> None:
        if self._is_opening(listening):
            if self._state is State.BINDING:
                self._state = FAIL[self._state]
            self._state = TELL_FAILURE[self._state]
            self._runtime.closers.discard(self._on_loop_end)
            self._listening = None
        self._emit_error(error, listening.waiters.fail(error))

    def _emit_error(self, error: BaseException, heard: bool = False) -> None:
        """Emits `error`. A coroutine that awaits (`heard`) or iterates counts as a listener."""
        heard = self._queue.end(error) or heard
        if self._has("error") or not heard:
            self._emit("error", error)

    async def wait_listening(self) -> None:
        """Waits until the server listens. Raises the error that keeps it from that.

        Raises `AbortError` when the signal of `listen()` is aborted meanwhile, and `RuntimeError`
        (`ERR_SERVER_NOT_RUNNING`) when `listen()` has not been called or `close()` has.
        """
        self._check_here("wait")
        self._runtime.join()
        if self._state is State.LISTENING:
            return
        if self._listening is None or self._state not in OPENING:
            raise _not_running()
        await self._listening.waiters.add()

    @property
    def listening(self) -> bool:
        """Whether the server listens. Node: `net`, "server.listening"."""
        return self._state is State.LISTENING

    def address(self) -> AddressInfo | str | None:
        """Where the server listens: address, family and port, or the path; `None` if it doesn't.

        Node: `net`, "server.address()".
        """
        listening = self._listening
        if listening is None or listening.acceptor is None:
            return None
        if listening.place is not None and listening.place.path is not None:
            return listening.place.path
        name = listening.acceptor.name()
        return info(name) if isinstance(name, tuple) else name

    def fileno(self) -> int:
        """The descriptor's number, or -1 when the server does not listen. It stays ours."""
        return self._acceptor.fileno() if self._acceptor is not None else -1

    def ref(self) -> Self:
        """Lets the server keep the program alive while it listens: the default.

        Node: `net`, "server.ref()".
        """
        return self._set_ref(True, "ref")

    def unref(self) -> Self:
        """Lets the program end in spite of this server. Node: `net`, "server.unref()"."""
        return self._set_ref(False, "unref")

    def _set_ref(self, referenced: bool, what: str) -> Self:
        self._check_here(what)
        self._referenced = referenced
        if self._acceptor is not None:
            self._acceptor.set_ref(referenced)
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
        self._runtime.check_thread()
        if callback is not None:
            self._runtime.check_use()  # there would be no loop to call it in
            is_open = self._state is State.LISTENING
            self.once("close", callback if is_open else lambda: callback(_not_running()))
        listening = self._listening
        if self._runtime.is_over:
            self._on_loop_end()
            return self
        self._state = CLOSE[self._state]
        self._runtime.closers.discard(self._on_loop_end)
        if listening is not None:
            # A worker's acceptor begins what it has accepted, which counts as ours.
            listening.close()
            if self._listening is listening:  # a listener may have called listen() again
                self._listening = None
            self._deserted.append(listening.waiters)
        self._queue.close()
        if timeout is not None and self._sockets:
            self._destroy_later(timeout)
        self._close_if_drained()
        return self

    def _on_loop_end(self) -> None:
        """The loop is over, or the parent process's: it listens no more, and no event tells of it,
        since no loop is there to do so."""
        listening, self._listening = self._listening, None
        self._state = LOSE_LOOP[self._state]
        if listening is not None:
            listening.close()

    def _destroy_later(self, timeout: float) -> None:
        """Destroys the connections that there are now after `timeout` seconds; not later ones."""
        left = weakref.WeakSet(self._sockets)

        def destroy() -> None:
            for socket in tuple(left):
                socket.destroy()

        self._deadlines.append(self._runtime.call_later(timeout, destroy))

    def _close_if_drained(self) -> None:
        if self._state is State.LISTENING or self._sockets:
            return
        self._closes_due += 1
        if self._elsewhere:
            self._elsewhere.when_closed(lambda: self._runtime.defer(self._emit_close))
        else:
            self._runtime.defer(self._emit_close)

    def _emit_close(self) -> None:
        self._closes_due -= 1
        if not self._sockets:
            while self._deadlines:
                self._deadlines.pop()()
        # Where listen() was called meanwhile, this `close` is the end of the life before.
        self._state = TELL_CLOSE[self._state]
        if self._state not in OPEN:
            self._queue.end()
        while self._deserted:
            self._deserted.pop().fail(_not_running())
        closers, self._closers = self._closers, Waiters()
        self._emit("close")
        closers.wake(None)

    @property
    def close_timeout(self) -> float | None:
        """Seconds that connections have to end when `async with` is left; `None`: for ever.

        So long, too, a peer may take nothing of what was written before `destroy_soon()`. Beyond
        Node.
        """
        return self._close_timeout

    @close_timeout.setter
    def close_timeout(self, seconds: float | None) -> None:
        checked = None if seconds is None else check_seconds(seconds, "close_timeout")
        self._runtime.check_thread()
        self._close_timeout = checked

    async def wait_closed(self) -> None:
        """Waits until the server is closed and its last connection has ended."""
        if self._state in OPEN or self._sockets or self._closes_due:
            self._runtime.join()
            await self._closers.add()

    def close_idle_connections(self, idle: float = 0.0) -> None:
        """Destroys the connections that have nothing to send and moved no byte for `idle` s."""
        idle = check_seconds(idle, "idle")
        self._runtime.check_thread()
        for socket in self.connections:
            if not socket.writable_length and io.idle_for(socket) >= idle:
                socket.destroy()

    def close_all_connections(self) -> None:
        """Destroys all connections. The server itself goes on listening."""
        self._runtime.check_thread()
        for socket in self.connections:
            socket.destroy()

    def broadcast(self, data: Data, *, slow: Slow = "drop") -> int:
        """Writes `data` to every connection. Returns how many got it.

        `data` is converted once for all of them: a `str` to UTF-8, as by `Socket.write()`. `slow`
        says what becomes of a connection that has as much as its high-water mark waiting already:
        `"drop"` leaves this message out for it, `"wait"` has the message wait behind the others
        (without a limit), `"close"` destroys the connection. It got the message if that was sent or
        waits. A connection that is destroyed, or whose own side was ended, is passed over; one
        whose peer has ended gets the message as long as it may write (`allow_half_open`).
        Connections that another process or thread has are not reached. Raises `TypeError` or
        `ValueError` for what can't be written and for another `slow`. Beyond Node.
        """
        check_choice(slow, "slow", SLOW)
        chunk = to_bytes(data)
        self._check_here("broadcast")
        count = 0
        for socket in self.connections:
            if not socket.writable:
                continue
            if slow != "wait" and _is_behind(socket):
                if slow == "close":
                    socket.destroy()
                continue
            socket.write(chunk)
            count += 1
        return count

    async def __aenter__(self) -> Self:
        """Entering: waits until the server listens, if `listen()` was called."""
        self._runtime.join()
        if self._state in OPENING:
            await self.wait_listening()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leaving: closes, waits at most `close_timeout` seconds, destroys what is left.

        Coroutine listeners of `connection` that are not through with their clean-up are waited
        for, within the same time; a second is left for that to those whose connection was
        destroyed. By an exception, or where this wait is cancelled: everything is closed at once.
        """
        began = time.monotonic()
        if self._state in OPEN:
            self.close(timeout=self.close_timeout)
        if kind is not None or self._runtime.is_over:
            self.close_all_connections()
        try:
            await self.wait_closed()
        except asyncio.CancelledError:
            self.close_all_connections()
            raise
        handlers = {job.task for job in self._handlers if job.task is not None}
        handlers.discard(asyncio.current_task())
        if handlers:
            left = self._close_timeout
            if left is not None:
                left = max(CLEAN_UP, began + left - time.monotonic())
            await asyncio.wait(handlers, timeout=left)

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
            what, allowed = "a whole number or None", "from 0 to 2**63 - 1"
            check_int(limit, "max_connections", 0, 2**63 - 1, what=what, allowed=allowed)
        self._check_here("set a limit")
        self._limit = limit
        if self._acceptor is not None:
            self._acceptor.limit = limit

    @property
    def drop_max_connection(self) -> bool:
        """In a cluster's worker: drop what is above `max_connections`, don't pass it on.

        Node: `net`, "server.dropMaxConnection".
        """
        return self._drop_above

    @drop_max_connection.setter
    def drop_max_connection(self, drop: bool) -> None:
        check_bool(drop, "drop_max_connection")
        self._check_here("set a limit")
        self._drop_above = drop
        if isinstance(self._acceptor, WorkerListener):
            self._acceptor.drop_above = drop

    @overload
    def get_connections(self, callback: None = None) -> asyncio.Future[int]: ...
    @overload
    def get_connections(self, callback: Counted) -> Self: ...
    def get_connections(self, callback: Counted | None = None) -> asyncio.Future[int] | Self:
        """The number of connections: for `callback(err, count)`, or awaited.

        Node: `net`, "server.getConnections()".
        """
        check_callback(callback)
        if callback is not None:
            self._runtime.defer(self._count, lambda *count: self._call(callback, *count))
            return self
        self._runtime.join()
        waiters: Waiters[int] = Waiters()
        future = waiters.add()

        def settle(error: BaseException | None, count: int | None) -> None:
            if error is not None:
                waiters.fail(error)
            else:
                waiters.wake(count or 0)

        self._runtime.defer(self._count, settle)
        return future

    def _count(self, done: Callable[[BaseException | None, int | None], None]) -> None:
        self._elsewhere.add_up(len(self._sockets), done)

    def _on_connection(self, accepted: Accepted) -> None:
        """The core accepted a connection."""
        context = self._base_context.copy()
        # Whether or not data is asked for, it is read up to the mark: an end or a reset is not
        # missed.
        reading = not self._pause_on_connect
        socket = Socket._accepted(self, self._runtime, accepted, self._mark, context, reading)
        self._sockets.add(socket)
        if self._allow_half_open:
            socket.allow_half_open = True
        if not reading:
            hold_back(socket)
        if self._listening is not None and self._listening.is_shared:
            mark_shared(socket)
        if self._queue.is_wanted:
            self._queue.offer(socket)
            if self._queue.is_full and self._acceptor is not None:
                self._acceptor.pause()
        # As `_present()` does; there may be many.
        socket._call(self.emit, "connection", socket)

    def _present(self, socket: Socket) -> None:
        """Emits `connection`, in the context of the new one; an error concerns that one, too."""
        socket._call(self.emit, "connection", socket)

    def _forget(self, socket: AnySocket) -> None:
        """Takes a connection that is gone off the list; the last one may let `close` come."""
        self._sockets.discard(socket)
        if self._runtime.is_over:
            return
        if self._queue.waiting:
            self._queue.withdraw(socket)
            self._accept_more()
        acceptor = None if self._listening is None else self._listening.acceptor
        if acceptor is not None:
            acceptor.live = len(self._sockets)
        else:
            self._close_if_drained()

    def _accept_more(self) -> None:
        """Accepts again, unless too many connections wait to be taken."""
        if self._acceptor is not None and not self._queue.is_full:
            self._acceptor.resume()

    def _on_drop(self, local: object, remote: object, reason: str) -> None:
        """The core turned a connection away."""
        if reason == "descriptors":
            self._runtime.reports.warn("out of file descriptors: a connection was turned away")
        if self._has("drop"):
            dropped = _drop_info(local, remote) if isinstance(local, tuple) else None
            # A client caused it, and no client stops a server: an error is reported, no more.
            self._call(self.emit, "drop", dropped, blame=self._report_listener_error)

    def _report_listener_error(self, error: BaseException) -> None:
        """A listener raised that any client can have called."""
        what = "unhandled error of a server's listener"
        self._runtime.report(what, error, self, who=self._whereabouts())

    def _on_listener_error(self, error: BaseException) -> None:
        """A listener or a callback raised, or an `error` event had no listener."""
        self._runtime.fail("unhandled error of a server", error, self, who=self._whereabouts())

    def _whereabouts(self) -> str:
        """Where it listens, for a report; `""` where it does not."""
        name = self._name()
        return f"at {place(name)}" if name else ""

    def _name(self) -> Name:
        """Where it listens, as the core says it."""
        address = self.address()
        if not isinstance(address, AddressInfo):
            return address
        return address.address, address.port, int(address.family[-1])

    def __repr__(self) -> str:
        """Where the server listens, and its state."""
        return as_shown(self, place(self._name()), self._state.name.lower())

    def _on_accept_error(self, number: int) -> None:
        self._emit_error(system_error(number, "accept"))

    # Iterating

    async def __aiter__(self) -> AsyncIterator[Socket]:
        """The connections as they come; ends on close, raises on error."""
        self._queue.iterations += 1
        try:
            while (socket := await self._next()) is not None:
                yield socket
        finally:
            self._queue.iterations -= 1
            self._queue.leave_to_listeners()
            self._accept_more()

    async def __anext__(self) -> Socket:
        """The next connection."""
        socket = await self._next()
        if socket is None:
            raise StopAsyncIteration
        return socket

    async def _next(self) -> Socket | None:
        """Waits for a connection; `None`: the server is closed."""
        self._runtime.join()
        socket = self._queue.take()
        if socket is not None:
            self._accept_more()
            return socket
        if self._state is not State.LISTENING and self._state not in OPENING:
            return None
        try:
            return await self._queue.wait()
        except asyncio.CancelledError:
            self._queue.leave_to_listeners()
            self._accept_more()
            raise

    # Events

    def _listeners_changed(self, event: str) -> None:
        if event == "connection":
            for socket in self._queue.hear(self._has(event)):
                self._runtime.defer(self._present, socket)
            self._queue.leave_to_listeners()
            self._accept_more()

    def _run_coroutine(self, event: str, coroutine: Work[object], args: tuple[object, ...]) -> None:
        if event == "connection" and isinstance(args[0], Socket):
            self._handlers.add(serve(args[0], coroutine))
        elif event == "drop":
            self._runtime.spawn(coroutine, self._on_drop_listener_end)
        else:
            self._spawn(coroutine)

    def _on_drop_listener_end(self, error: BaseException | None) -> None:
        if error is not None and not isinstance(error, asyncio.CancelledError):
            self._report_listener_error(error)

    # Moving to another thread

    def _depart(self) -> tuple[Server, int, Place]:
        """The server that goes on in another thread (with these options and listeners), the
        descriptor that it will listen on, and its place.

        It listens as soon as it arrives; until then `close()` calls that off.
        """
        listening = self._listening
        assert listening is not None, "only a server that listens is moved"
        assert isinstance(listening.acceptor, Listener), "what a primary deals is not moved"
        assert listening.place is not None, "a server that listens does so somewhere"
        place, listening.place = listening.place, None
        fd = listening.acceptor.detach()
        assert fd is not None, "a listener that is open has a descriptor"
        moved = copy.copy(self)
        moved._begin(self._runtime)
        moved._copy_listeners(self)
        moved._base_context = self._base_context.copy()
        moved._state = LISTEN[State.IDLE]
        moved._listening = Listening(moved, self._runtime, ListenRequest())
        self._state = MOVE[self._state]
        self._runtime.closers.discard(self._on_loop_end)
        self._listening = None
        listening.close()
        self._close_if_drained()
        return moved, fd, place

    def _arrive(self, fd: int, place: Place) -> None:
        """Listens, in the thread of the running loop."""
        self._runtime = current()
        self._runtime.closers.add(self._on_loop_end)
        self._listening = Listening(self, self._runtime, ListenRequest())
        self._listening.adopt(fd, place)


def _not_running() -> StateError:
    """The error of what only a server that listens can do."""
    return StateError("the server is not running: call listen() first", "ERR_SERVER_NOT_RUNNING")


def _is_behind(socket: AnySocket) -> bool:
    """Whether as much as its high-water mark waits to be written."""
    length = socket.writable_length
    return length > 0 and length >= socket.writable_high_water_mark


def _drop_info(local: tuple[str, int, int], remote: object) -> DropInfo:
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


# For those who have connections of a server elsewhere, or move it


def counts_of(server: Server) -> RemoteCounts:
    """The other processes and threads that have connections of `server`."""
    return server._elsewhere


def key_of(server: Server) -> str:
    """The name of `server`'s connections in all processes."""
    return server._elsewhere.key(server.address())


def is_movable(server: Server) -> bool:
    """Whether a server listens on a descriptor of its own, not through a primary."""
    return isinstance(server._acceptor, Listener)


def is_expected(server: Server) -> bool:
    """Whether a server that is on its way to another thread was not closed meanwhile."""
    return server._listening is not None and server._listening.wanted


def leave_thread(server: Server) -> tuple[Server, int, Place]:
    """Takes the listening descriptor out of a server, and makes the one that goes on with it.

    Whatever is asked of `server` from now on is refused.
    """
    return server._depart()


def come_in(server: Server, fd: int, place: Place) -> None:
    """The descriptor has arrived in the running loop's thread, and is taken over."""
    server._arrive(fd, place)
