"""What a socket writes.

The common write never comes here: `write()` is compiled and tries the kernel at once. What comes
here is everything else: text in other encodings, callbacks, refusals, corks, those who wait for
room, the end.
"""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from .._arguments import check_callback, to_bytes
from .._core import io
from .._errors import StateError, system_error
from .._waiters import Waiters
from .part import Callback, Part, gone, why_over
from .states import (
    AWAIT,
    CONNECTING,
    DUE,
    END,
    ENDED,
    ENDING,
    FINISH,
    FINISHED,
    FLOWING,
    GOING,
    NEW,
    SEEN,
    UNWRITABLE,
    States,
)

if TYPE_CHECKING:
    from .part import AnySocket


class Writer(Part):
    """Callbacks of writes, corks, those who wait for room, and our own end."""

    __slots__ = (
        "_drainers",
        "_finish_callbacks",
        "_flushes",
        "_forget_deadline",
        "corks",
        "is_last",
    )

    def __init__(self, socket: AnySocket, states: States) -> None:
        self._socket, self._states = socket, states
        # How many `uncork()` calls are still to come.
        self.corks = 0
        # Coroutines that wait for room. Made when somebody first does.
        self._drainers: Waiters[None] | None = None
        # Callbacks, each with the count of bytes that the kernel has to have taken.
        self._flushes: deque[tuple[int, Callback]] = deque()
        self._finish_callbacks: list[Callback] = []
        # `destroy_soon()` was called: the socket is destroyed after `finish`.
        self.is_last = False
        # Calls off the deadline that it has set, if one is set.
        self._forget_deadline: Callable[[], None] | None = None

    # Writing

    def write(self, data: object, encoding: object, callback: Callback | None) -> bool:
        """A `write()` that the compiled one does not do itself. False: above the mark."""
        if callable(encoding):
            encoding, callback = None, encoding
        check_callback(callback)
        chunk = to_bytes(data, encoding)
        error = self._why_not()
        if error is not None:
            if self._states.moved:
                raise error
            if callback is not None:
                self.defer(self.call, callback, error)
            self.socket.destroy(error)
            return False
        goal = self.socket.bytes_written + len(chunk)
        room = io.send(self.socket, chunk)
        if callback is not None:
            self._after_flush(goal, callback)
        return room

    def _why_not(self) -> BaseException | None:
        """The error of a write that is refused, or `None`."""
        states = self._states
        both_ended = states.outgoing >= ENDING and states.incoming is ENDED
        if both_ended and not self.socket.allow_half_open:
            return system_error(errno.EPIPE, "write", detail="the other side has ended the socket")
        return self._refusal()

    def _refusal(self) -> BaseException | None:
        states = self._states
        if states.outgoing >= ENDING:
            return _refused("write", "ERR_STREAM_WRITE_AFTER_END", "has been ended already")
        if states.destroyed:
            return gone(states, "write")
        if states.life is NEW or states.outgoing is UNWRITABLE:
            return _refused("write", "ERR_SOCKET_CLOSED", "is not connected")
        return None

    def _after_flush(self, goal: int, callback: Callback) -> None:
        """Calls `callback(None)` once the system has taken `goal` bytes: not if it fails."""
        self._flushes.append((goal, callback))
        io.tell_flush(self.socket, True)
        if self.socket.writable_length == 0:
            self.flushed()

    def flushed(self) -> None:
        """The kernel took bytes: calls the callbacks of the writes that are complete."""
        socket, flushes = self.socket, self._flushes
        held_back = self.corks or self._states.life is CONNECTING
        if held_back or io.is_broken(socket):
            return
        sent = io.sent(socket)
        while flushes and flushes[0][0] <= sent:
            self.defer(self.call, flushes.popleft()[1], None)
        if not flushes:
            io.tell_flush(socket, False)

    # Corks

    def cork(self) -> None:
        """Has writes wait until as many `uncork()` calls have come."""
        io.cork(self.socket)
        self.corks += 1

    def uncork(self) -> None:
        """Takes a `cork()` back; the last one lets go what waited."""
        if self.corks:
            self.corks -= 1
            if not self.corks:
                self._let_go()

    def _let_go(self) -> None:
        self.corks = 0
        io.uncork(self.socket)
        self.flushed()

    # Room

    async def drain(self) -> None:
        """Waits for `drain` or our end. Raises the connection's error, or that it is destroyed."""
        states = self._states
        if states.flow is not FLOWING:
            states.hearing = AWAIT[states.hearing]
        if self._drainers is None:
            self._drainers = Waiters()
        await self._drainers.add()
        if states.error is not None or (states.destroyed and states.outgoing is not FINISHED):
            raise why_over(states, "drain", "ERR_STREAM_DESTROYED")

    @property
    def is_awaited(self) -> bool:
        """Whether a coroutine waits for room; it raises an error of the connection's."""
        return self._drainers is not None and bool(self._drainers)

    def drained(self) -> None:
        """The kernel has taken everything that waited."""
        states = self._states
        if states.destroyed or states.outgoing is not GOING:
            return
        if io.take_drain(self.socket):
            self._wake()
            self.emit("drain")

    def _wake(self) -> None:
        if self._drainers is not None:
            self._drainers.wake(None)

    # The end

    def end(self, data: object, encoding: object, callback: Callback | None) -> None:
        """Writes `data`, then ends."""
        if callable(data):
            data, callback = None, data
        elif callable(encoding):
            encoding, callback = None, encoding
        check_callback(callback)
        states, socket = self._states, self.socket
        if states.moved:
            raise gone(states, "end")
        error: BaseException | None = None
        if data is not None:
            error = self._write_last(to_bytes(data, encoding))
        if self.corks:
            # What was held back goes first, and may find the connection broken.
            self._let_go()
        unbroken = states.error is None and not io.is_broken(socket)
        if error is None and unbroken and states.outgoing < ENDING:
            self.begin_end()
        elif error is None and states.outgoing is FINISHED:
            error = _refused("end", "ERR_STREAM_ALREADY_FINISHED", "has finished already")
        elif error is None and states.destroyed:
            error = gone(states, "end")
        if callback is not None:
            self._after_finish(callback, error)

    def _write_last(self, chunk: bytes) -> BaseException | None:
        """Writes the data of `end()`. Returns the error, if that is refused."""
        error = self._refusal()
        if error is None:
            io.send(self.socket, chunk)
        else:
            self.socket.destroy(error)
        return error

    def begin_end(self) -> None:
        """Has the core end our side once it has written what waits."""
        states, socket = self._states, self.socket
        states.outgoing = END[states.outgoing]
        if states.life is NEW:
            self.defer(self.end_left, 0)
            return
        # The peer has ended: the close that follows says so without a call of its own, unless
        # another process has a copy of the descriptor.
        closing = states.incoming is ENDED and not self.is_shared
        io.finish(socket, closing=closing)

    def destroy_after(self, timeout: float | None) -> None:
        """Has the socket destroyed after `finish`, or as soon as the peer has taken nothing for so
        many seconds.

        What leaves at once needs no deadline.
        """
        self.is_last = True
        self._call_deadline_off()
        waits = self.socket.writable_length or self._states.life is CONNECTING
        if waits and timeout is not None:
            self._wait_for_peer(timeout)

    def _wait_for_peer(self, timeout: float) -> None:
        sent = io.sent(self.socket)

        def expired() -> None:
            self._forget_deadline = None
            if self._socket is None or not self.has(self._states):
                return
            if io.sent(self._socket) > sent:
                self._wait_for_peer(timeout)
            else:
                self._socket.destroy()

        self._forget_deadline = self.runtime.call_later(timeout, expired)

    def _call_deadline_off(self) -> None:
        forget, self._forget_deadline = self._forget_deadline, None
        if forget is not None:
            forget()

    def _after_finish(self, callback: Callback, error: BaseException | None) -> None:
        if error is not None:
            self.defer(self.call, callback, error)
        elif self._states.outgoing is FINISHED:
            self.defer(self.call, callback)
        else:
            self._finish_callbacks.append(callback)

    def end_left(self, number: int) -> None:
        """The system was told of our end. What is due already (a flow, the peer's end) comes first:
        Node hears of a shutdown a round later."""
        self.defer(self._after_shutdown, number)

    def _after_shutdown(self, number: int) -> None:
        states = self._states
        if states.destroyed or states.outgoing is FINISHED:
            return
        coming = states.incoming in (SEEN, DUE)
        if coming and states.flow is FLOWING:
            # Bytes are handed out still, and then the peer's end.
            self.end_left(number)
            return
        socket = self.socket
        if number:
            socket.destroy(system_error(number, "shutdown"))
            return
        states.outgoing = FINISH[states.outgoing]
        callbacks, self._finish_callbacks = self._finish_callbacks, []
        for callback in callbacks:
            self.call(callback)
        self._wake()
        self.emit("finish")
        self.settle(states)

    def give_up(self, *, was_connecting: bool) -> list[tuple[Callback, BaseException]]:
        """The connection is over: wakes the coroutines that wait for room. Returns the callbacks of
        writes and of `end()` that will not succeed, each with the error to call it with."""
        self._wake()
        self._call_deadline_off()
        flushes, self._flushes = self._flushes, deque()
        finishes, self._finish_callbacks = self._finish_callbacks, []
        error = self._states.error
        if error is None and was_connecting and flushes:
            code = "ERR_SOCKET_CLOSED_BEFORE_CONNECTION"
            error = _refused("write", code, "was destroyed before it was connected")
        return [
            *((callback, error or gone(self._states, "write")) for _, callback in flushes),
            *((callback, error or gone(self._states, "end")) for callback in finishes),
        ]


def _refused(what: str, code: str, why: str) -> StateError:
    return StateError(f"can't {what}: the socket {why}", code)
