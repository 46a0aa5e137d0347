"""The half of a socket that is written.

The common write never comes here: `write()` is compiled and tries the kernel at once. What comes
here is everything else: text in other encodings, callbacks, refusals, the end.
"""

from __future__ import annotations

import asyncio
import errno
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from ._address import check_callback
from ._errors import (
    ArgumentTypeError,
    ArgumentValueError,
    StateError,
    shown,
    system_error,
    wrong_type,
)
from ._lifecycle import Lifecycle
from ._readable import text_encoding
from ._runtime import unsettled

if TYPE_CHECKING:
    pass

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
        error: BaseException | None = None
        if data is not None and not self.write(data, encoding):
            error = self._write_error
        self._corks = 0
        if error is None and self._errored is None and not self._ending:
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
        self._corks += 1
        self._cork()

    def uncork(self) -> None:
        """Takes one `cork()` back. Node: `stream`, "writable.uncork()"."""
        if self._corks:
            self._corks -= 1
            if not self._corks:
                self._uncork()

    @property
    def writable(self) -> bool:
        """Whether `write()` is allowed. Node: `stream`, "writable.writable"."""
        usable = self._writable and not self._destroyed and not self._ending
        return usable and self._errored is None

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
        if self._errored is not None:
            raise self._errored
        if self._destroyed:
            raise self._destroyed_error("drain")
        if not self.writable_need_drain:
            # Others get their turn, even when this writer never has to wait.
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = self._runtime.future()
        self._drainers = [*unsettled(self._drainers), waiter]
        await waiter
        if self._errored is not None:
            raise self._errored

    # Writing

    _write_error: BaseException | None = None

    def _write(self, data: Any, encoding: Any, callback: Callback | None) -> bool:
        """What the compiled `write()` leaves to us."""
        if callable(encoding):
            encoding, callback = None, encoding
        check_callback(callback)
        chunk = to_bytes(data, encoding)
        error = self._write_error = self._why_not()
        if error is not None:
            if callback is not None:
                self._runtime.defer(self._call, callback, error)
            self._fail(error)
            return False
        goal = self.bytes_written + len(chunk)
        room = self._send(chunk)
        if callback is not None:
            self._after_flush(goal, callback)
        return room

    def _why_not(self) -> BaseException | None:
        """Why a write is refused, if it is."""
        if self._ending and self._end_emitted and not self.allow_half_open:
            return system_error(errno.EPIPE, "write", detail="the other side has ended the socket")
        if self._ending:
            return _refused("write", "ERR_STREAM_WRITE_AFTER_END", "has been ended already")
        if self._destroyed:
            return self._destroyed_error("write")
        if not self._begun or not self._writable:
            return _refused("write", "ERR_SOCKET_CLOSED", "is not connected")
        return None

    def _destroyed_error(self, what: str) -> StateError:
        return _refused(what, "ERR_STREAM_DESTROYED", "has been destroyed")

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
        if self._destroyed or self._finished:
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
        error = self._errored
        if self._drainers:
            self._wake_drainers()
        flushes, self._flushes = self._flushes, None
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


def to_bytes(data: Any, encoding: Any = None) -> bytes:
    """What `write()` and `end()` take, as bytes that nobody else can change."""
    if data is None:
        raise ArgumentTypeError("data must not be None: there is nothing to write", NULL_VALUES)
    try:
        if isinstance(data, str):
            return str.encode(data, text_encoding("utf-8" if encoding is None else encoding))
        return data if type(data) is bytes else memoryview(data).tobytes()
    except UnicodeEncodeError as error:
        message = f"data has characters that {error.encoding} can't hold: {shown(data)}"
        raise ArgumentValueError(message) from None
    except (ValueError, BufferError) as error:
        if isinstance(error, ArgumentValueError):
            raise
        raise ArgumentValueError(f"data can't be read: {error}") from None
    except TypeError as error:
        if isinstance(error, ArgumentTypeError):
            raise
        raise wrong_type("data", "bytes-like or a str", data) from None


NULL_VALUES = "ERR_STREAM_NULL_VALUES"


def _refused(what: str, code: str, why: str) -> StateError:
    return StateError(f"can't {what}: the socket {why}", code)
