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
from typing import Any, TypeVar, cast

from ._core import Listener
from ._errors import ArgumentValueError, StateError, wrong_type
from ._runtime import current
from ._server.listen_request import ListenRequest, Place
from ._server.server import Server
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
    somebody there asks for data. A signal given to `listen()` or `Socket()` has no more effect.

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
    if handle._runtime.is_driven_by(loop):
        raise ArgumentValueError("loop must be another one than that which has the handle")
    moved = _move_server(handle, loop) if isinstance(handle, Server) else _move_socket(handle, loop)
    return cast("Handle", moved)


# Servers


def _move_server(server: Server, loop: asyncio.AbstractEventLoop) -> Server:
    listener, place = server._listener, server._place
    if not isinstance(listener, Listener) or place is None:
        raise _refused("a server that does not listen, or listens through a cluster's primary,")
    moved: Server = type(server).__new__(type(server))
    moved.__dict__.update(server.__dict__)
    moved._begin_life()
    moved._copy_listeners(server)
    moved._context = server._context.copy()
    moved._listener = moved._place = moved._forget_signal = None
    moved._ready = ()
    # On its way it is about to listen, and `close()` calls that off.
    moved._pending = ListenRequest()

    if server._forget_signal is not None:
        server._forget_signal()
    fd = listener.detach()
    assert fd is not None, "a listener that is open has a descriptor"
    server._listener = server._place = None
    server._moved = True
    server._close_if_drained()
    _send(loop, _server_arrives, moved, _OnItsWay(fd, place.release), place)
    return moved


def _server_arrives(server: Server, descriptor: _OnItsWay, place: Place) -> None:
    with descriptor:
        if server._pending is None:
            return  # it was closed meanwhile
        server._pending = None
        server._runtime = current()
        server._adopt(descriptor.take(), place)


# Sockets


def _move_socket(socket: Socket, loop: asyncio.AbstractEventLoop) -> Socket:
    _check_movable(socket)
    moved = Socket(allow_half_open=socket.allow_half_open, high_water_mark=socket._readable_mark)
    if socket._context is not None:
        moved._context = socket._context.copy()
    moved._decoder, moved._encoding = socket._decoder, socket._encoding
    moved._timeout = socket._timeout
    moved._referenced = socket._referenced
    moved._shared = socket._shared or socket.server is not None
    stay = None
    if socket.server is not None:
        stay = _elsewhere(socket.server).add()
    elif isinstance(socket._forget_signal, _Stay):
        # It was moved before: it goes on counting for the server that accepted it.
        stay, socket._forget_signal = socket._forget_signal, None
        stay.leaves()
    moved._forget_signal = stay

    waiting = socket._take()
    descriptor = _OnItsWay(socket._give_away(), stay or _nothing)
    socket._moved = True
    _send(loop, _socket_arrives, moved, descriptor, waiting, stay)
    return moved


def _check_movable(socket: Socket) -> None:
    if socket._connecting or socket.fileno() < 0:
        raise _refused("a socket without a connection")
    if socket._ending or socket._end_emitted:
        raise _refused("a socket that has seen or sent an end")
    if socket._pipes:
        raise _refused("a socket that is piped")
    if socket._fills_buffer:
        raise _refused("a socket that fills an OnRead")
    if socket.writable_length:
        raise _refused("a socket that has bytes still to write")


def _socket_arrives(
    socket: Socket, descriptor: _OnItsWay, waiting: bytes, stay: _Stay | None
) -> None:
    with descriptor:
        if socket._destroyed:
            return  # nobody wants it any more
        socket._runtime = runtime = current()
        if stay is not None:
            stay.arrives(runtime.closers)
        socket._begin(runtime.reactor, socket._readable_mark)
        socket._begun = True
        try:
            socket._open(descriptor.take())
        except OSError as error:
            socket.destroy(error)
            return
    socket._set_ref(socket._referenced)
    if waiting:
        socket._put_back(waiting)
    if socket._timeout:
        socket.set_timeout(socket._timeout)


# On the way


class _OnItsWay:
    """A descriptor between two threads.

    It is closed where nobody takes it: over there, or with a loop that never runs again.
    """

    __slots__ = ("_fd", "_lost")

    def __init__(self, fd: int, lost: Callable[[], None]) -> None:
        self._fd = fd
        self._lost = lost

    def take(self) -> int:
        """The descriptor has arrived."""
        fd, self._fd = self._fd, -1
        return fd

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        if self._fd >= 0:
            os.close(self.take())
            self._lost()

    __del__ = __exit__


def _send(loop: asyncio.AbstractEventLoop, arrives: Callable[..., None], *args: Any) -> None:
    # A loop that was closed this very moment drops what is told to it: so does this.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(arrives, *args)


def _refused(what: str) -> StateError:
    return StateError(f"{what} can't be transferred", "ERR_WORKER_HANDLE_NOT_TRANSFERABLE")


def _nothing() -> None:
    """Nobody counts what goes on."""


# Counting


class Elsewhere:
    """The connections of one server that other threads have. Implements `Away`.

    All of it may be called in any thread. The lock is taken again where the garbage collection lets
    go of a connection.
    """

    def __init__(self, server: Server) -> None:
        self._home = server._runtime
        self._lock = threading.RLock()
        self._count = 0
        self._closers: list[Callable[[], None]] = []

    def add(self) -> _Stay:
        """One more."""
        with self._lock:
            self._count += 1
        return _Stay(self)

    def take_off(self) -> None:
        """One less."""
        with self._lock:
            self._count -= 1
            closers: list[Callable[[], None]] = []
            if not self._count:
                closers, self._closers = self._closers, closers
        for done in closers:
            self._home.call_threadsafe(self._tell, done)

    def count(self, done: Callable[[BaseException | None, int], None]) -> None:
        """`done(None, count)` gets how many there are."""
        done(None, self._count)

    def when_closed(self, done: Callable[[], None]) -> None:
        """`done()` is called once there are none any more."""
        with self._lock:
            if self._count:
                self._home.reactor.hold()
                self._closers.append(done)
                return
        done()

    def _tell(self, done: Callable[[], None]) -> None:
        self._home.reactor.release()
        done()


class _Stay:
    """One connection in other threads: over when it is called, or forgotten with its loop."""

    __slots__ = ("_closers", "_elsewhere")

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere: Elsewhere | None = elsewhere
        self._closers: set[Callable[[], None]] = set()

    def arrives(self, closers: set[Callable[[], None]]) -> None:
        """A loop has it now; when that is closed, so is the connection."""
        self._closers = closers
        closers.add(self)

    def leaves(self) -> None:
        """That loop has it no more."""
        self._closers.discard(self)

    def __call__(self) -> None:
        elsewhere, self._elsewhere = self._elsewhere, None
        if elsewhere is not None:
            self.leaves()
            elsewhere.take_off()

    __del__ = __call__


def _elsewhere(server: Server) -> Elsewhere:
    """Counts those connections of `server` that other threads have."""
    for away in server._away:
        if isinstance(away, Elsewhere):
            return away
    elsewhere = Elsewhere(server)
    server._remember_away(elsewhere)
    return elsewhere
