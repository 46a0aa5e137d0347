"""`transfer()`: a server or a connection goes on in another thread's event loop.

Here the descriptor is taken out and a new object made for it; there, before anything else that
loop is told afterwards, the descriptor is put in.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from typing import TypeVar, cast

from ._errors import ArgumentValueError, StateError, wrong_type
from ._events.calling import runtime_of
from ._runtime import Runtime
from ._server import server as servers
from ._server.binder import Place
from ._server.server import Server
from ._socket import socket as sockets
from ._socket.departure import Departure
from ._socket.socket import Socket

__all__ = ["transfer"]

Handle = TypeVar("Handle", bound=Server | Socket)


def transfer(handle: Handle, loop: asyncio.AbstractEventLoop) -> Handle:
    """Moves a listening server or a connection to `loop`, which runs in another thread.

    To be called in the thread that has `handle`. Returns the object that goes on there: give it to
    that thread by `loop.call_soon_threadsafe()` or `asyncio.run_coroutine_threadsafe()`, and leave
    it alone here. No connection and no byte is lost. A server takes its options and listeners along
    (they are called in that thread from then on); the connections that it has stay here. A socket
    takes its options along, and what was read and not taken; it waits, reading nothing, until
    data is asked for there. A signal given to `listen()` or `Socket()` has no more effect.

    What is left here emits `close` the way a closed one does, and raises `RuntimeError`
    (`ERR_STREAM_DESTROYED`) when it is used. Connections that were moved still count for
    `get_connections()` of the server that accepted them, and its `close` waits for them.

    Raises `RuntimeError` (`ERR_WORKER_HANDLE_NOT_TRANSFERABLE`) for a server that does not listen
    or that listens through a cluster's primary, and for a socket that is not connected, has seen
    or sent an end, is piped, fills an `OnRead`, or has bytes still to write; `TypeError` or
    `ValueError` for other arguments. Node: `net`, "Transferring TCP handles to other threads".
    """
    if not isinstance(handle, (Server, Socket)):
        raise wrong_type("handle", "a Server or a Socket", handle)
    handle._check_here("transfer")
    if not isinstance(loop, asyncio.AbstractEventLoop):
        raise wrong_type("loop", "an event loop", loop)
    if loop.is_closed():
        raise ArgumentValueError("loop must be open: this one is closed")
    if runtime_of(handle).is_driven_by(loop):
        raise ArgumentValueError("loop must be another one than that which has the handle")
    moved = _move_server(handle, loop) if isinstance(handle, Server) else _move_socket(handle, loop)
    return cast("Handle", moved)


# Servers


def _move_server(server: Server, loop: asyncio.AbstractEventLoop) -> Server:
    if not servers.is_movable(server):
        raise _refused("a server that does not listen, or listens through a cluster's primary,")
    moved, fd, place = servers.leave_thread(server)
    _send(loop, _server_arrives, moved, _ListeningDescriptor(fd, place))
    return moved


def _server_arrives(server: Server, descriptor: _ListeningDescriptor) -> None:
    if servers.is_expected(server):
        servers.come_in(server, *descriptor.take())
    else:
        descriptor.close()  # it was closed meanwhile


class _ListeningDescriptor:
    """What a server listens on, between two threads.

    It is closed where it is not taken: the server was closed meanwhile, or the loop ended.
    """

    __slots__ = ("_fd", "_place")

    def __init__(self, fd: int, place: Place) -> None:
        self._fd = fd
        self._place = place

    def take(self) -> tuple[int, Place]:
        """All of it, which belongs to the caller from now on."""
        fd, self._fd = self._fd, -1
        return fd, self._place

    def close(self) -> None:
        """Closes a descriptor that nothing has taken over, and removes its socket file."""
        if self._fd >= 0:
            fd, place = self.take()
            os.close(fd)
            place.release()

    __del__ = close


# Sockets


def _move_socket(socket: Socket, loop: asyncio.AbstractEventLoop) -> Socket:
    _check_movable(socket)
    # It is counted there before it leaves here, so that no count ever misses it.
    stay = None if socket.server is None else _thread_count(socket.server).add()
    departure = sockets.leave_thread(socket)
    if stay is not None:
        departure.counted, departure.shared = stay, True
    moved = sockets.expect(departure)
    _send(loop, _socket_arrives, moved, departure)
    return moved


def _check_movable(socket: Socket) -> None:
    if socket.connecting or socket.fileno() < 0:
        raise _refused("a socket without a connection")
    if socket.writable_ended or socket.readable_ended:
        raise _refused("a socket that has seen or sent an end")
    if sockets.is_piped(socket):
        raise _refused("a socket that is piped")
    if sockets.fills_buffer(socket):
        raise _refused("a socket that fills an OnRead")
    if socket.writable_length:
        raise _refused("a socket that has bytes still to write")


def _socket_arrives(socket: Socket, departure: Departure) -> None:
    sockets.come_in(socket, departure)


def _send(loop: asyncio.AbstractEventLoop, arrives: Callable[..., None], *args: object) -> None:
    # A loop that was closed at this moment would drop the call; the descriptor is closed then.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(arrives, *args)


def _refused(what: str) -> StateError:
    return StateError(f"{what} can't be transferred", "ERR_WORKER_HANDLE_NOT_TRANSFERABLE")


# Counting


class ThreadCount:
    """How many connections of one server other threads have. Implements `Away`.

    All of it may be called in any thread. The lock is taken again where the garbage collection lets
    go of a connection.
    """

    def __init__(self, home: Runtime) -> None:
        self._home = home
        self._lock = threading.RLock()
        self._count = 0
        self._closers: list[Callable[[], None]] = []

    def add(self) -> _CountedConnection:
        """Counts a connection until the returned object is called or collected."""
        with self._lock:
            self._count += 1
        return _CountedConnection(self)

    def take_off(self) -> None:
        """Counts a connection off; after the last one, those who wait are told."""
        with self._lock:
            self._count -= 1
            closers: list[Callable[[], None]] = []
            if not self._count:
                closers, self._closers = self._closers, closers
        for done in closers:
            self._home.call_threadsafe(self._tell, done)

    def count(self, done: Callable[[BaseException | None, int], None]) -> None:
        """Calls `done(None, count)` at once."""
        done(None, self._count)

    def when_closed(self, done: Callable[[], None]) -> None:
        """Calls `done()` once there are none: at once, or in the server's loop."""
        with self._lock:
            if self._count:
                self._home.reactor.hold()
                self._closers.append(done)
                return
        done()

    def _tell(self, done: Callable[[], None]) -> None:
        self._home.reactor.release()
        done()


class _CountedConnection:
    """One connection in another thread, counted until this is called or collected."""

    __slots__ = ("_count",)

    def __init__(self, count: ThreadCount) -> None:
        self._count: ThreadCount | None = count

    def __call__(self) -> None:
        count, self._count = self._count, None
        if count is not None:
            count.take_off()

    __del__ = __call__


def _thread_count(server: Server) -> ThreadCount:
    """Counts those connections of `server` that other threads have."""
    counts = servers.counts_of(server)
    known = counts.find(ThreadCount)
    if known is None:
        known = ThreadCount(runtime_of(server))
        counts.remember(known)
    return known
