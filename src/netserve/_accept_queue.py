"""`async for socket in server`: connections wait to be taken, and accepting waits with them.

A connection is kept here while somebody iterates, or while nobody listens for `connection` (so
none is lost between `listen()` and the loop). When too many wait, the kernel's queue takes over.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Self

from ._core import Listener, Share
from ._events import EventEmitter
from ._runtime import unsettled

if TYPE_CHECKING:
    from ._runtime import Runtime
    from ._socket import Socket

# How many accepted connections may wait; more stay in the kernel's queue.
QUEUE_LIMIT = 64


class AcceptQueue(EventEmitter):
    """The side of a server that is iterated over."""

    _runtime: Runtime
    _listener: Listener | Share | None

    @property
    def _opening(self) -> bool:
        """Whether the server is about to listen."""
        raise NotImplementedError

    def _init_queue(self) -> None:
        self._queue: deque[Socket] = deque()
        self._takers: deque[asyncio.Future[Socket | None]] = deque()
        self._iterated = False
        self._broken: BaseException | None = None

    def __aiter__(self) -> Self:
        """The connections as they come; ends on close, raises on error."""
        self._iterated = True
        return self

    async def __anext__(self) -> Socket:
        """The next connection."""
        self._iterated = True
        if self._queue:
            socket = self._queue.popleft()
            if self._listener is not None:
                self._listener.resume()
            return socket
        if self._broken is not None:
            error, self._broken = self._broken, None
            raise error
        if self._listener is None and not self._opening:
            raise StopAsyncIteration
        taker: asyncio.Future[Socket | None] = self._runtime.future()
        self._takers = deque((*unsettled(self._takers), taker))
        try:
            taken = await taker
        except asyncio.CancelledError:
            self._give_back(taker)
            raise
        if taken is None:
            raise StopAsyncIteration
        return taken

    def _give_back(self, taker: asyncio.Future[Socket | None]) -> None:
        """Whoever was given a connection was cancelled before he could look at it."""
        if taker.cancelled() or taker.exception() is not None:
            return
        socket = taker.result()
        if socket is not None and not socket.destroyed:
            self._queue.appendleft(socket)
            if unserved := next(unsettled(self._takers), None):
                unserved.set_result(self._queue.popleft())

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
        if error is not None and not takers and self._iterated:
            self._broken = error
        return self._iterated
