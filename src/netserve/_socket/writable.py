"""The half of a socket that is written.

The common write never comes here: `write()` is compiled and tries the kernel at once. What comes
here is everything else: text in other encodings, callbacks, refusals, the end.
"""

from __future__ import annotations

import asyncio
import errno
from collections import deque
from collections.abc import Callable
from typing import Any, Self

from .._arguments import check_callback, to_bytes
from .._errors import StateError, system_error
from .._runtime import unsettled
from .lifecycle import Lifecycle

Callback = Callable[..., Any]


class WritableHalf(Lifecycle):
    """Writing: callbacks, corks, drain, end."""

    def end(
        self,
        data: Any = None,
        encoding: str | Callback | None = "utf-8",
        callback: Callback | None = None,
    ) -> Self:
        """Sends `data`, if any, then our end; `finish` follows when both are on their way.

        `callback()` is called then too, or with the error that came instead. Node: `net`,
        "socket.end()".
        """
        if callable(data):
            data, callback = None, data
        elif callable(encoding):
            encoding, callback = None, encoding
        check_callback(callback)
        self._runtime.check_thread()
        self._check_here("end")
        error: BaseException | None = None
        if data is not None:
            error = self._write_last(to_bytes(data, encoding))
        if self._corks:
            # What was held back goes first, and may find the connection broken.
            self._corks = 0
            self._uncork()
            self._on_flush()
        if error is None and self._errored is None and not self._ending and not self._broken:
            self._begin_end()
        elif error is None and self._finished:
            error = _refused("end", "ERR_STREAM_ALREADY_FINISHED", "has finished already")
        elif error is None and self._destroyed:
            error = self._destroyed_error("end")
        if callback is not None:
            self._after_finish(callback, error)
        return self

    def cork(self) -> None:
        """Has writes wait until as many `uncork()` calls have come, then leave together.

        Node: `stream`, "writable.cork()".
        """
        self._check_here("cork")
        self._cork()
        self._corks += 1

    def uncork(self) -> None:
        """Takes one `cork()` back. Node: `stream`, "writable.uncork()"."""
        self._check_here("uncork")
        if self._corks:
            self._runtime.check_thread()
            self._corks -= 1
            if not self._corks:
                self._uncork()
                self._on_flush()

    @property
    def writable(self) -> bool:
        """Whether `write()` is allowed. Node: `stream`, "writable.writable"."""
        usable = self._writable and not self._destroyed and not self._ending
        return usable and self._errored is None and not self._broken

    @property
    def writable_ended(self) -> bool:
        """Whether `end()` has been called. Node: `stream`, "writable.writableEnded"."""
        return self._ending

    @property
    def writable_finished(self) -> bool:
        """Whether our end is on its way, after all bytes.

        Node: `stream`, "writable.writableFinished".
        """
        return self._finished

    async def drain(self) -> None:
        """Waits until the bytes that wait are below the high-water mark again.

        Returns at once when there is nothing to wait for. Raises the error that broke the
        connection, or `ERR_STREAM_DESTROYED`. The meaning is that of
        `asyncio.StreamWriter.drain()`.
        """
        if self._errored is not None or self._flowing is not True:
            self._awaited = True
        if self._errored is not None:
            raise self._errored
        if self._destroyed:
            raise self._destroyed_error("drain")
        behind = self._ending and self.writable_length >= self.writable_high_water_mark
        if not (self.writable_need_drain or behind):
            # Others get their turn, even when this writer never has to wait.
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = self._runtime.future()
        self._drainers = [*unsettled(self._drainers), waiter]
        await waiter
        if self._errored is not None:
            raise self._errored
        if self._destroyed and not self._finished:
            raise self._destroyed_error("drain")

    # Writing

    def _write(self, data: Any, encoding: Any, callback: Callback | None) -> bool:
        """What the compiled `write()` leaves to us."""
        if callable(encoding):
            encoding, callback = None, encoding
        check_callback(callback)
        chunk = to_bytes(data, encoding)
        error = self._why_not()
        if error is not None:
            if self._moved:
                raise error
            if callback is not None:
                self._runtime.defer(self._call, callback, error)
            self._fail(error)
            return False
        goal = self.bytes_written + len(chunk)
        room = self._send(chunk)
        if callback is not None:
            self._after_flush(goal, callback)
        return room

    def _write_last(self, chunk: bytes) -> BaseException | None:
        """What `end()` writes. The error, if it is refused."""
        error = self._refusal()
        if error is None:
            self._send(chunk)
        else:
            self._fail(error)
        return error

    def _why_not(self) -> BaseException | None:
        """Why a write is refused, if it is."""
        if self._ending and self._end_emitted and not self.allow_half_open:
            return system_error(errno.EPIPE, "write", detail="the other side has ended the socket")
        return self._refusal()

    def _refusal(self) -> BaseException | None:
        if self._ending:
            return _refused("write", "ERR_STREAM_WRITE_AFTER_END", "has been ended already")
        if self._destroyed:
            return self._destroyed_error("write")
        if not self._begun or not self._writable:
            return _refused("write", "ERR_SOCKET_CLOSED", "is not connected")
        return None

    def _after_flush(self, goal: int, callback: Callback) -> None:
        """Calls `callback(None)` once the system has taken `goal` bytes: not if it fails."""
        if self._flushes is None:
            self._flushes = deque()
        self._flushes.append((goal, callback))
        self._tell_flush(True)
        if self.writable_length == 0:
            self._on_flush()

    def _on_flush(self) -> None:
        flushes = self._flushes
        if self._corks or self._connecting or self._broken:
            return
        while flushes and flushes[0][0] <= self._sent:
            self._runtime.defer(self._call, flushes.popleft()[1], None)
        if not flushes:
            self._flushes = None
            self._tell_flush(False)

    def _on_drain(self) -> None:
        if self._destroyed or self._ending or not self._take_drain():
            return
        self._wake_drainers()
        self._emit("drain")

    def _wake_drainers(self) -> None:
        drainers, self._drainers = self._drainers, None
        for waiter in drainers or ():
            if not waiter.done():
                waiter.set_result(None)

    # The end

    def _begin_end(self) -> None:
        self._ending = True
        if self._begun:
            # The peer has ended: the close that follows says so without a call of its own, unless
            # somebody else has a copy.
            self._finish(closing=self._end_emitted and not self._is_shared())
        else:
            self._runtime.defer(self._on_finish, 0)

    def _after_finish(self, callback: Callback, error: BaseException | None) -> None:
        if error is not None:
            self._runtime.defer(self._call, callback, error)
        elif self._finished:
            self._runtime.defer(self._call, callback)
        else:
            self._finish_callbacks = [*(self._finish_callbacks or ()), callback]

    def _on_finish(self, number: int) -> None:
        """The system was told of our end. What is due already (a flow, the peer's end) comes first:
        Node hears of a shutdown a round later."""
        self._runtime.defer(self._after_shutdown, number)

    def _after_shutdown(self, number: int) -> None:
        if self._destroyed or self._finished:
            return
        if self._ended and not self._end_emitted and self._flowing:
            # Bytes are handed out still, and then the peer's end.
            self._on_finish(number)
            return
        if number:
            self._fail(system_error(number, "shutdown"))
            return
        self._finished = True
        callbacks, self._finish_callbacks = self._finish_callbacks, None
        for callback in callbacks or ():
            self._call(callback)
        if self._drainers:
            self._wake_drainers()
        self._emit("finish")
        self._ended_writing()

    def _take_writes(self) -> list[tuple[Callback, BaseException]]:
        """The socket is gone: nobody waits in vain. The callbacks that are to hear of it."""
        if self._drainers:
            self._wake_drainers()
        flushes, self._flushes = self._flushes, None
        error = self._errored
        if error is None and self._unconnected and flushes:
            code = "ERR_SOCKET_CLOSED_BEFORE_CONNECTION"
            error = _refused("write", code, "was destroyed before it was connected")
        taken = [
            (callback, error or self._destroyed_error("write")) for _, callback in flushes or ()
        ]
        callbacks, self._finish_callbacks = self._finish_callbacks, None
        taken += [(callback, error or self._destroyed_error("end")) for callback in callbacks or ()]
        return taken

    # What a whole socket supplies

    def _emit(self, event: str, *args: Any) -> None:
        raise NotImplementedError

    def _call(self, function: Callback, *args: Any) -> None:
        raise NotImplementedError

    def _fail(self, error: BaseException) -> None:
        raise NotImplementedError

    def _ended_writing(self) -> None:
        raise NotImplementedError


def _refused(what: str, code: str, why: str) -> StateError:
    return StateError(f"can't {what}: the socket {why}", code)
