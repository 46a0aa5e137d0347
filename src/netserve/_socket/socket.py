"""`Socket`: one connection, made of its two halves, with a life of its own.

    connecting ──> open ──> one half ended ──> both ended ──┐
        └────────────┴────────────┴───────> destroyed ──────┴──> closed

`_destroyed` is final for everybody but `connect()`, which starts a new life after `close`.
Events come from `_emit` (in the connection's context, what listeners raise goes to
`_on_listener_error`), except those that a method of the user's own call emits on the spot.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
from typing import TYPE_CHECKING, Any, Self

from .._address.block_list import BlockList, check_block_list
from .._arguments import check_bool, check_size
from .._descriptors.bound_socket import BoundSocket
from .._descriptors.kinds import check_fd, is_socket
from .._errors import ArgumentTypeError, StateError, system_error, wrong_type
from .._events.abort import AbortSignal
from .._events.emitter import in_one_piece
from .._runtime import current, unsettled
from .connecting import Connecting
from .on_read import OnRead
from .socket_events import Callback

if TYPE_CHECKING:
    from types import TracebackType

    from .._runtime import Runtime
    from .._server.server import Server

__all__ = ["Socket"]


@in_one_piece
class Socket(Connecting):
    """A TCP or local connection: made by a server, or by `connect()`.

    `fd` or `handle` (a `Socket` or `socket.socket`, whose descriptor is taken over) wrap what is
    connected already; `readable` and `writable` then say what it is used for. A `handle` that is a
    `BoundSocket` is adopted: it is our end of what `connect()` makes, the first time.
    `high_water_mark` is in bytes, for each direction; `keep_alive_initial_delay` in seconds. What
    the `block_list` has a rule for is not connected to (`ERR_IP_BLOCKED`). `on_read` has reads fill
    a buffer of your own, in place of `data` events. When `signal` is aborted, the socket is
    destroyed with `AbortError`. Wrong options raise `TypeError` or `ValueError`.
    Node: `net`, "new net.Socket([options])".

    Events: `connect`, `ready`, `lookup(err, address, family, host)`,
    `connection_attempt(ip, port, family)`, `connection_attempt_failed(ip, port, family, exc)`,
    `connection_attempt_timeout(ip, port, family)`, `data(chunk)`, `end`, `drain`, `finish`,
    `pause`, `resume`, `pipe(source)`, `unpipe(source)`, `timeout`, `error(exc)`,
    `close(had_error)`.
    """

    _referenced = True
    # `destroy_soon()`: the close follows `finish`.
    _soon = False

    def __init__(
        self,
        *,
        fd: int | None = None,
        handle: Any = None,
        allow_half_open: bool = False,
        readable: bool = True,
        writable: bool = True,
        on_read: OnRead | None = None,
        high_water_mark: int = 65536,
        no_delay: bool = True,
        keep_alive: bool = False,
        keep_alive_initial_delay: float = 0.0,
        type_of_service: int | None = None,
        block_list: BlockList | None = None,
        signal: AbortSignal | None = None,
    ) -> None:
        self._begin_for_good(current(), None)
        self.allow_half_open = check_bool(allow_half_open, "allow_half_open")
        self._readable_mark = check_size(high_water_mark, "high_water_mark")
        if on_read is not None and not isinstance(on_read, OnRead):
            raise wrong_type("on_read", "an OnRead", on_read)
        self._remember_options(no_delay, keep_alive, keep_alive_initial_delay, type_of_service)
        check_bool(readable, "readable"), check_bool(writable, "writable")
        if block_list is not None:
            self._block_list = check_block_list(block_list)
        if signal is not None and not isinstance(signal, AbortSignal):
            raise wrong_type("signal", "an AbortSignal", signal)
        self._context = contextvars.copy_context()
        if isinstance(handle, BoundSocket):
            self._reserve(handle)
        elif fd is not None or handle is not None:
            self._readable, self._writable = readable, writable
            self._adopt(fd, handle)
        if on_read is not None:
            self._fills_buffer = True
            buffer = on_read.buffer
            self._set_on_read(buffer, callable(buffer), on_read.callback)
        if signal is not None:
            self._obey(signal)

    @classmethod
    def _accepted(
        cls,
        server: Server,
        runtime: Runtime,
        fd: int,
        mark: int,
        context: contextvars.Context,
        is_tcp: bool,
    ) -> Socket:
        """A connection that a server accepted: the short way, there may be many."""
        socket = cls.__new__(cls)
        socket._begin_for_good(runtime, server)
        socket._begun = True
        socket._accept(runtime.reactor, fd, mark, context, is_tcp)
        return socket

    # A connection that is there already

    def _adopt(self, fd: int | None, handle: Any) -> None:
        """Takes a connected descriptor over."""
        waiting = b""
        if isinstance(handle, Socket):
            handle._check_here("hand over")
            waiting = handle._take()
            fd = handle._give_away()
        elif handle is not None:
            if not callable(getattr(handle, "detach", None)):
                raise wrong_type("handle", "a Socket, a BoundSocket or a socket.socket", handle)
            fd = handle.detach()
        fd = check_fd(fd, "ERR_OUT_OF_RANGE")
        try:
            socket = is_socket(fd)
        except ArgumentTypeError:
            if handle is not None:
                os.close(fd)  # detached already: nobody else has it
            raise
        os.set_blocking(fd, False)
        self._begin(self._runtime.reactor, self._readable_mark)
        self._begun = True
        self._open(fd, is_socket=socket)
        if waiting:
            self._waiting = bytearray(waiting)
        if socket:
            self._apply_options()
        if not self._writable:
            self._refuse_writes()
        self._start_reading()

    def _give_away(self) -> int:
        """Detaches the descriptor; this object is then destroyed."""
        if self.writable_length:
            message = (
                "a socket that has bytes still to write can't be handed over: drain() it first"
            )
            raise StateError(message, "ERR_SOCKET_BYTES_WAITING")
        fd = self._detach()
        if fd is None:
            raise StateError("this socket has no connection to hand over", "ERR_SOCKET_CLOSED")
        self.destroy()
        return fd

    # Ending

    def destroy(self, error: BaseException | None = None) -> Self:
        """Closes at once; what waits is thrown away. `error` (if any) and `close` follow.

        Node: `net`, "socket.destroy()".
        """
        if error is not None and not isinstance(error, BaseException):
            raise wrong_type("error", "an exception or None", error)
        if self._destroyed:
            return self
        self._runtime.check_thread()
        self._destroyed = True
        self._connecting = False
        if self._errored is None:
            self._errored = error
        attempt, self._attempt = self._attempt, None
        self._release(error)
        if attempt is not None:
            self._unconnected = True
            attempt.cancel()  # what it has to say comes after `error` and before `close`
        return self

    def _release(self, error: BaseException | None) -> None:
        """Lets go of the descriptor and of everybody who waits; `error` and `close` follow."""
        runtime = self._runtime
        was_open = self._close(reset=self._resetting)
        if self._server is not None:
            self._server._forget(self)
        else:
            self._drop_local_end()
            if self._forget_signal is not None:
                self._forget_signal()
        if error is not None and not self._quiet:
            runtime.defer(self._emit_error, error)
        if was_open:
            runtime.reactor.defer_closing(self._emit_close, error is not None)
        else:
            runtime.defer(self._emit_close, error is not None)

    def destroy_soon(self) -> None:
        """Ends our side if that is still to do, and destroys once all bytes are on their way.

        Node: `net`, "socket.destroySoon()".
        """
        if self.writable:
            self.end()
        if self._finished:
            self.destroy()
        else:
            self._soon = True

    def reset_and_destroy(self) -> Self:
        """Closes a TCP connection with a reset (RST) in place of an end.

        Raises `TypeError` (`ERR_INVALID_HANDLE_TYPE`) on a local socket. One that is not connected
        is destroyed with `ERR_SOCKET_CLOSED`. Node: `net`, "socket.resetAndDestroy()".
        """
        if not self._begun or self._destroyed:
            return self.destroy(StateError("the socket is closed", "ERR_SOCKET_CLOSED"))
        if self._is_path or not (self._connecting or self._is_tcp()):
            message = "only a TCP connection can be reset"
            raise ArgumentTypeError(message, "ERR_INVALID_HANDLE_TYPE")
        if self._connecting:
            self.once("connect", self.reset_and_destroy)
            return self
        self._resetting = True
        return self.destroy()

    def _emit_error(self, error: BaseException) -> None:
        raised = self._awaited or any(unsettled(self._drainers or ()))
        if self._has("error") or not raised:
            self._emit("error", error)

    def _emit_close(self, had_error: bool) -> None:
        self._closed = True
        if self._closers:
            closers, self._closers = self._closers, ()
            for waiter in closers:
                if not waiter.done():
                    waiter.set_result(None)
        if self._readers:
            self._wake_readers()
        refused: list[tuple[Callback, BaseException]] = []
        if self._drainers or self._flushes or self._finish_callbacks:
            # Taken before `close`, whose listeners may begin a new life; called after it.
            refused = self._take_writes()
        self._emit("close", had_error)
        for callback, error in refused:
            self._runtime.defer(self._call, callback, error)
        if self._server is not None:
            # A server's connection has one life: nothing is to come that listeners could hear.
            self._listeners = None

    def _fail(self, error: BaseException) -> None:
        self.destroy(error)

    def _end_unseen(self) -> bool:
        """Goes from the peer's end to our close in one step where nobody would see the others.

        Most connections of a server end like this: nothing waits, and nobody listens to `end`,
        `finish` or `close`. Whether it did.
        """
        listeners = self._listeners or ()
        if (
            self._server is None
            or self.allow_half_open
            or self._ending
            or self._decoder is not None
            or self._readers
            or self._pipes
            or self._is_shared()
            or "end" in listeners
            or "finish" in listeners
            or "close" in listeners
            or self.writable_length
        ):
            return False
        self._end_emitted = self._ending = self._finished = True
        self.destroy()
        return True

    def _ended_reading(self) -> None:
        if self._finished or not self._writable:
            self.destroy()
        elif not self.allow_half_open and self.writable:
            self._begin_end()

    def _ended_writing(self) -> None:
        if self._end_emitted or not self._readable or self._soon:
            self.destroy()

    def _on_error(self, number: int, syscall: str) -> None:
        if not self._destroyed:
            self.destroy(system_error(number, syscall))

    async def wait_closed(self) -> None:
        """Waits until the socket is closed. Raises the error that closed it, if one did."""
        awaited, self._awaited = self._awaited, True
        try:
            await self._until_closed()
        except asyncio.CancelledError:
            self._awaited = awaited
            raise
        if self._errored is not None:
            raise self._errored

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leaving: what was written still goes out, then the socket is closed.

        By an exception: it is closed at once.
        """
        if kind is not None or not self._begun:
            self.destroy()
        else:
            self.destroy_soon()
        await self._until_closed()
