"""`async for socket in server`: connections wait to be taken, and accepting waits with them.

A connection is kept here while somebody iterates, or while nobody listens for `connection` (so
none is lost between `listen()` and the loop, or the first listener, which is told of those that
wait). When too many wait, the kernel's queue takes over.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from .._core import Listener, WorkerListener
from .._events.emitter import EventEmitter
from .._runtime import unsettled

if TYPE_CHECKING:
    from .._runtime import Runtime
    from .._socket.socket import Socket

# How many accepted connections may wait; more stay in the kernel's queue.
QUEUE_LIMIT = 64


class AcceptQueue(EventEmitter):
    """The side of a server that is iterated over."""

    _runtime: Runtime
    _listener: Listener | WorkerListener | None

    @property
    def _opening(self) -> bool:
        """Whether the server is about to listen."""
        raise NotImplementedError

    def _init_queue(self) -> None:
        self._queue: deque[Socket] = deque()
        self._takers: deque[asyncio.Future[Socket | None]] = deque()
        # How many `async for` are under way.
        self._iterations = 0
        self._heard = False
        self._broken: BaseException | None = None

    async def __aiter__(self) -> AsyncIterator[Socket]:
        """The connections as they come; ends on close, raises on error."""
        self._iterations += 1
        try:
            while (socket := await self._next()) is not None:
                yield socket
        finally:
            self._iterations -= 1
            self._leave_to_listeners()

    async def __anext__(self) -> Socket:
        """The next connection."""
        socket = await self._next()
        if socket is None:
            raise StopAsyncIteration
        return socket

    async def _next(self) -> Socket | None:
        """Waits for a connection; none: the server is closed."""
        if self._queue:
            socket = self._queue.popleft()
            if self._listener is not None:
                self._listener.resume()
            return socket
        if self._broken is not None:
            error, self._broken = self._broken, None
            raise error
        if self._listener is None and not self._opening:
            return None
        taker: asyncio.Future[Socket | None] = self._runtime.future()
        self._takers = deque((*unsettled(self._takers), taker))
        try:
            return await taker
        except asyncio.CancelledError:
            self._give_back(taker)
            raise

    def _give_back(self, taker: asyncio.Future[Socket | None]) -> None:
        """Whoever was given a connection was cancelled before he could look at it."""
        if taker.cancelled() or taker.exception() is not None:
            return
        socket = taker.result()
        if socket is not None and not socket.destroyed:
            self._queue.appendleft(socket)
            if unserved := next(unsettled(self._takers), None):
                unserved.set_result(self._queue.popleft())
            self._leave_to_listeners()

    def _offer(self, socket: Socket) -> None:
        """A new connection: to somebody who waits, or into the queue."""
        while self._takers:
            taker = self._takers.popleft()
            if not taker.done():
                taker.set_result(socket)
                return
        self._queue.append(socket)
        if len(self._queue) >= QUEUE_LIMIT and self._listener is not None:
            self._listener.pause()

    def _withdraw(self, socket: Socket) -> None:
        """A connection that nobody took is gone."""
        if socket in self._queue and not socket.readable_length:
            self._queue.remove(socket)
            if self._listener is not None:
                self._listener.resume()

    def _end_queue(self, error: BaseException | None = None) -> bool:
        """Nobody will come any more. Whether somebody takes note of the error."""
        takers, self._takers = self._takers, deque()
        for taker in takers:
            if taker.done():
                continue
            if error is None:
                taker.set_result(None)
            else:
                taker.set_exception(error)
        if error is not None and not takers and self._iterations:
            self._broken = error
        return bool(takers or self._iterations)

    # Listeners

    @property
    def _taken_by_hand(self) -> bool:
        """Whether the next connection is for somebody who awaits it, or will."""
        return bool(self._iterations or self._takers or not self._heard)

    def _listeners_changed(self, event: str) -> None:
        if event == "connection":
            before, self._heard = self._heard, self._has(event)
            if self._heard and not before:
                for socket in self._queue:
                    self._runtime.defer(self._present, socket)
                self._leave_to_listeners()

    def _leave_to_listeners(self) -> None:
        """What still waits has been told to listeners, if there are any: it needs no taker."""
        if self._queue and not self._taken_by_hand:
            self._queue.clear()
            if self._listener is not None:
                self._listener.resume()

    def _present(self, socket: Socket) -> None:
        """Emits `connection`."""
        raise NotImplementedError
