"""The half of a socket that is read.

What the kernel gives goes straight to the one `data` listener where that is all there is to do
(the core calls it itself). Everything else passes here: bytes that nobody has asked for yet wait in
a buffer up to the high-water mark, then the kernel is left to push back on the peer.

    flowing   who takes the bytes
    None      nobody yet: they wait
    True      `data` listeners and pipes, as they come
    False     nobody, on request (`pause()`): they wait

An `await` takes what waits, whatever `flowing` says. The end comes once nothing waits any more.
"""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Self

from ._errors import ArgumentValueError, wrong_type
from ._lifecycle import Lifecycle
from ._runtime import unsettled

if TYPE_CHECKING:
    pass

# Node's names for encodings that Python calls otherwise.
_NODE_ENCODINGS = {"binary": "latin-1", "ucs2": "utf-16-le", "ucs-2": "utf-16-le"}
_NODE_ENCODINGS |= {"utf16le": "utf-16-le", "utf-16le": "utf-16-le"}


class ReadableHalf(Lifecycle):
    """Reading: flow, buffer, end."""

    _encoding: str | None = None
    _readable_mark: int = 65536
    _fills_buffer = False

    # Flow

    def pause(self) -> Self:
        """Stops `data` events; emits `pause`. Bytes wait, up to the high-water mark.

        A paused socket keeps no program alive. Node: `net`, "socket.pause()".
        """
        if self._flowing is not False:
            self._flowing = False
            self._set_sink(None)
            self._set_paused(True)
            if self._fills_buffer:
                # What is read would have no other place to wait in than the kernel.
                self._read_stop()
            self.emit("pause")
        return self

    def resume(self) -> Self:
        """Starts `data` events (bytes that nobody takes are thrown away); `resume` follows.

        Node: `net`, "socket.resume()".
        """
        if self._flowing is not True and not self._destroyed:
            if self._flowing is False:
                self._set_paused(False)
            self._flowing = True
            if not self._waiting:
                # Nothing to hand out first: what comes next may go straight to the listener.
                self._choose_sink()
                self._start_reading()
            if not self._resume_due:
                self._resume_due = True
                self._runtime.defer(self._resumed)
        return self

    def is_paused(self) -> bool:
        """Whether `pause()` stopped the flow. Node: `stream`, "readable.isPaused()"."""
        return self._flowing is False

    def set_encoding(self, encoding: str | None = "utf-8") -> Self:
        """Has data come as `str`; a character split over two chunks arrives whole.

        `encoding` is any text encoding that Python knows, or Node's name for one. Raises
        `ValueError` (`ERR_UNKNOWN_ENCODING`). Node: `stream`, "readable.setEncoding()".
        """
        self._encoding = text_encoding("utf-8" if encoding is None else encoding)
        self._decoder = codecs.getincrementaldecoder(self._encoding)("replace")
        self._choose_sink()
        return self

    @property
    def readable(self) -> bool:
        """Whether data may still come. Node: `stream`, "readable.readable"."""
        return self._readable and not self._end_emitted and not self._destroyed

    @property
    def readable_ended(self) -> bool:
        """Whether `end` has been emitted. Node: `stream`, "readable.readableEnded"."""
        return self._end_emitted

    @property
    def readable_length(self) -> int:
        """Bytes that wait to be taken. Node: `stream`, "readable.readableLength"."""
        return len(self._waiting) if self._waiting else 0

    @property
    def readable_high_water_mark(self) -> int:
        """How many bytes may wait before reading rests.

        Node: `stream`, "readable.readableHighWaterMark".
        """
        return self._readable_mark

    def _hold_back(self) -> None:
        """Reads nothing from the kernel until the flow is asked for: `pause_on_connect`."""
        self._flowing = False
        self._set_paused(True)

    def _start_reading(self) -> None:
        """Has the core read, unless too much waits already or reading makes no sense."""
        waiting = self._waiting
        if self._ended or not self._readable:
            return
        if waiting is None or len(waiting) < self._readable_mark:
            self._read_start()

    def _resumed(self) -> None:
        self._resume_due = False
        if self._destroyed:
            return
        self._emit("resume")
        if self._waiting or self._ended:
            self._start_reading()
            self._flow()

    def _flow(self) -> None:
        """Hands out what waits, as long as the flow is on."""
        while self._flowing and self._waiting and not self._destroyed:
            self._hand_out(self._take())
        self._choose_sink()
        if self._flowing:
            self._start_reading()
        self._end_if_taken()

    def _choose_sink(self) -> None:
        """Lets the core call the `data` listener itself where that is all there is to do."""
        listeners: Any = self._listeners.get("data") if self._listeners else None
        direct = (
            self._flowing is True
            and self._decoder is None
            and not self._waiting
            and not isinstance(listeners, list)
        )
        self._set_sink(listeners if direct else None)

    def _take(self, count: int | None = None) -> bytes:
        """Takes bytes out of what waits: all, or `count`."""
        waiting = self._waiting
        if waiting is None:
            return b""
        if count is None or count >= len(waiting):
            self._waiting = None
            return bytes(waiting)
        taken = bytes(memoryview(waiting)[:count])
        del waiting[:count]
        return taken

    def _put_back(self, chunk: bytes) -> None:
        """Bytes that were read earlier come first."""
        self._waiting = bytearray(chunk) + (self._waiting or b"")

    def _decoded(self, chunk: bytes, *, final: bool = False) -> bytes | str:
        return chunk if self._decoder is None else self._decoder.decode(chunk, final)

    def _hand_out(self, chunk: bytes, *, final: bool = False) -> None:
        data = self._decoded(chunk, final=final)
        if data:
            self._emit("data", data)

    # What the core says

    def _on_data(self, chunk: bytes) -> None:
        if self._flowing and not self._waiting and not self._resume_due:
            self._hand_out(chunk)
            return
        if self._waiting is None:
            self._waiting = bytearray()
        self._waiting += chunk
        if len(self._waiting) >= self._readable_mark:
            self._read_stop()
        self._wake_readers()

    def _on_end(self) -> None:
        self._ended = True
        if not self._waiting and not self._end_due:
            # The core told us between two ticks: nothing can come before this one.
            self._end_due = True
            if not self._end_unseen():
                self._emit_end()
        elif self._flowing and not self._resume_due:
            self._flow()
        if self._readers:
            self._wake_readers()

    def _end_if_taken(self) -> None:
        if self._ended and not self._waiting and not self._end_due:
            self._end_due = True
            self._runtime.defer(self._emit_end)

    def _emit_end(self) -> None:
        if self._destroyed or self._end_emitted:
            return
        if self._decoder is not None and self._flowing:
            self._hand_out(b"", final=True)
        self._end_emitted = True
        self._emit("end")
        self._ended_reading()

    # Awaiting

    async def read(self, n: int = -1) -> Any:
        """Waits for up to `n` bytes (at least one), or for all until the end when `n` is -1.

        `b""` means the end. `str` after `set_encoding()`. Raises the error that broke the
        connection. The meaning is that of `asyncio.StreamReader.read()`.
        """
        if isinstance(n, bool) or not isinstance(n, int):
            raise wrong_type("n", "a whole number", n)
        if n == 0:
            return self._decoded(b"")
        if n < 0:
            return await self._read_all()
        while not self._waiting and not self._at_end():
            await self._more()
        return self._consume(n)

    async def _read_all(self) -> Any:
        """What comes until the end. If nobody waits for that any more, it is there as before."""
        taken = bytearray()
        try:
            while True:
                while not self._waiting and not self._at_end():
                    await self._more()
                if not self._waiting:
                    return self._decoded(bytes(taken))
                taken += self._take_more(len(self._waiting))
        except asyncio.CancelledError:
            self._put_back(bytes(taken))
            raise

    async def readexactly(self, n: int) -> Any:
        """Waits for exactly `n` bytes.

        Raises `asyncio.IncompleteReadError`, with what there was in `partial`, when the end comes
        first; `ValueError` when `n` is negative. The meaning is that of
        `asyncio.StreamReader.readexactly()`.
        """
        if isinstance(n, bool) or not isinstance(n, int):
            raise wrong_type("n", "a whole number", n)
        if n < 0:
            raise ArgumentValueError(f"n must be 0 or more, not {n}", "ERR_OUT_OF_RANGE")
        while self.readable_length < n:
            if self._at_end():
                raise asyncio.IncompleteReadError(self._take_rest(), n)
            await self._more()
        return self._consume(n)

    async def readline(self) -> Any:
        """Waits for a line, which ends with `\\n`; at the end of the stream: what is left.

        Raises `ValueError` when the line is longer than the high-water mark: that many bytes are
        thrown away. The meaning is that of `asyncio.StreamReader.readline()`.
        """
        try:
            return await self.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            return self._decoded(error.partial)
        except asyncio.LimitOverrunError as error:
            waiting = self._waiting or bytearray()
            newline = waiting.startswith(b"\n", error.consumed)
            self._consume(error.consumed + 1 if newline else len(waiting))
            raise ArgumentValueError(str(error)) from None

    async def readuntil(self, separator: bytes = b"\n") -> Any:
        """Waits for bytes that end with `separator`.

        Raises `asyncio.IncompleteReadError` when the end comes first and
        `asyncio.LimitOverrunError` when there are more than the high-water mark before it (they
        stay). The meaning is that of `asyncio.StreamReader.readuntil()`.
        """
        if not isinstance(separator, (bytes, bytearray)):
            raise wrong_type("separator", "bytes", separator)
        if not separator:
            raise ArgumentValueError("separator must be at least one byte long")
        searched = 0
        while True:
            waiting = self._waiting or b""
            at = waiting.find(separator, searched)
            if at > self._readable_mark:
                raise asyncio.LimitOverrunError("the separator comes after the limit", at)
            if at >= 0:
                return self._consume(at + len(separator))
            searched = max(0, len(waiting) + 1 - len(separator))
            if searched > self._readable_mark:
                raise asyncio.LimitOverrunError("no separator within the limit", searched)
            if self._at_end():
                raise asyncio.IncompleteReadError(self._take_rest(), None)
            await self._more()

    async def __aiter__(self) -> AsyncIterator[Any]:
        """The chunks, as they come, until the end; raises the error that broke the connection."""
        while True:
            chunk = await self.read(max(self._readable_mark, 65536))
            if not chunk:
                return
            yield chunk

    def _consume(self, count: int) -> bytes | str:
        return self._decoded(self._take_more(count))

    def _take_more(self, count: int) -> bytes:
        taken = self._take(count)
        if self._ended:
            self._end_if_taken()
        else:
            self._start_reading()
        return taken

    def _take_rest(self) -> bytes:
        rest = self._take()
        self._end_if_taken()
        return rest

    def _at_end(self) -> bool:
        """Whether nothing more will come; raises the error that broke the connection."""
        self._awaited = True
        if self._errored is not None and not self._waiting:
            raise self._errored
        return self._ended or self._destroyed or not self._readable

    async def _more(self) -> None:
        """Waits until there is more to take, or an end."""
        self._set_paused(False)
        self._read_start()
        waiter: asyncio.Future[None] = self._runtime.future()
        self._readers = [*unsettled(self._readers), waiter] if self._readers else [waiter]
        try:
            await waiter
        finally:
            if self._flowing is False and not self._destroyed:
                self._set_paused(True)

    def _wake_readers(self) -> None:
        readers, self._readers = self._readers, None
        for waiter in readers or ():
            if not waiter.done():
                waiter.set_result(None)

    # What a whole socket supplies

    def _emit(self, event: str, *args: Any) -> None:
        raise NotImplementedError

    def _end_unseen(self) -> bool:
        raise NotImplementedError

    def _ended_reading(self) -> None:
        raise NotImplementedError


def text_encoding(name: object) -> str:
    """Python's name for a text encoding, from that or from Node's."""
    if not isinstance(name, str):
        raise wrong_type("encoding", "a str", name)
    wanted = _NODE_ENCODINGS.get(name.lower(), name)
    try:
        known = codecs.lookup(wanted)
    except (LookupError, ValueError):
        known = None
    if known is None or not known._is_text_encoding:
        message = f"encoding must be a text encoding that Python knows, not {name!r}"
        raise ArgumentValueError(message, "ERR_UNKNOWN_ENCODING")
    return known.name
