"""Connections that wait to be taken by `async for socket in server`.

A connection is kept here while somebody iterates, or while nobody listens for `connection` (so none
is lost between `listen()` and the loop, or the first listener, which is told of those that wait).
When too many wait, the server accepts no more, and the kernel's queue takes over. While one waits,
the queue owns it: whoever takes it may still answer a peer that has ended meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from .._events.calling import give_turn
from .._socket.socket import disown, disown_later, forget_error, own
from .._waiters import Waiters

if TYPE_CHECKING:
    from .._socket.socket import AnySocket, Socket

# How many accepted connections may wait; more stay in the kernel's queue.
QUEUE_LIMIT = 64


class AcceptQueue:
    """Accepted connections that nobody has taken, and the coroutines that wait for one."""

    __slots__ = ("_broken", "_heard", "_owned", "_takers", "iterations", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[Socket] = deque()
        # Those of them whose end is the queue's affair: all, until the server is closed.
        self._owned: set[AnySocket] = set()
        # They are given `None` when the server is closed. Made when somebody first waits.
        self._takers: Waiters[Socket | None] | None = None
        # How many `async for` are under way.
        self.iterations = 0
        # Whether `connection` has a listener.
        self._heard = False
        # An error that came between two rounds of an iteration.
        self._broken: BaseException | None = None

    def __len__(self) -> int:
        return len(self.waiting)

    @property
    def is_full(self) -> bool:
        """Whether no more should be accepted."""
        return len(self.waiting) >= QUEUE_LIMIT

    @property
    def is_wanted(self) -> bool:
        """Whether the next connection is kept for a coroutine that awaits it, now or later."""
        if not self._heard or self.iterations:
            return True
        return self._takers is not None and bool(self._takers)

    def offer(self, socket: Socket) -> None:
        """Gives a new connection to the coroutine that waits longest, or keeps it."""
        if self._takers is not None and self._takers.wake_one(socket):
            give_turn((socket,))
        else:
            self._own(socket)
            self.waiting.append(socket)

    def take(self) -> Socket | None:
        """The connection that has waited longest, or `None`. Raises an error that waits, once."""
        if self.waiting:
            socket = self.waiting.popleft()
            if socket in self._owned:
                self._owned.discard(socket)
                disown_later(socket)
            give_turn((socket,))
            return socket
        if self._broken is not None:
            error, self._broken = self._broken, None
            raise error
        return None

    async def wait(self) -> Socket | None:
        """Waits for a connection; `None`: the server is closed."""
        if self._takers is None:
            self._takers = Waiters()
        taker = self._takers.add()
        try:
            return await taker
        except asyncio.CancelledError:
            # It was given a connection, and cancelled before it had its turn.
            if not taker.cancelled() and taker.exception() is None:
                self._give_back(taker.result())
            raise

    def _give_back(self, socket: Socket | None) -> None:
        if socket is None or socket.destroyed:
            return
        if self._takers is not None and self._takers.wake_one(socket):
            give_turn((socket,))
        else:
            self._own(socket)
            self.waiting.appendleft(socket)

    def withdraw(self, socket: AnySocket) -> None:
        """Forgets a connection that is gone, unless it has bytes that can still be read."""
        if socket in self.waiting and not socket.readable_length:
            self.waiting.remove(socket)
            forget_error(socket)
            self._disown(socket)

    def end(self, error: BaseException | None = None) -> bool:
        """No connection will come any more. Returns whether a coroutine hears of that error."""
        takers = self._takers or Waiters()
        woken = takers.wake(None) if error is None else takers.fail(error)
        if error is not None and not woken and self.iterations:
            self._broken = error
        return woken or self.iterations > 0

    def hear(self, heard: bool) -> tuple[Socket, ...]:
        """`connection` has a listener, or none. Returns what the first one is to be told of."""
        newly = heard and not self._heard
        self._heard = heard
        return tuple(self.waiting) if newly else ()

    def leave_to_listeners(self) -> None:
        """Forgets the connections that wait, if listeners have them and no coroutine wants one."""
        if not self.is_wanted:
            while self.waiting:
                self._disown(self.waiting.popleft())

    def close(self) -> None:
        """The server is closed. Unless somebody iterates, who waits may never be taken: whose peer
        has ended, ends."""
        if not self.iterations:
            for socket in self.waiting:
                self._disown(socket)

    def _own(self, socket: Socket) -> None:
        own(socket)
        self._owned.add(socket)

    def _disown(self, socket: AnySocket) -> None:
        if socket in self._owned:
            self._owned.discard(socket)
            disown(socket)
