"""The half of a socket that is read, with `await`: asyncio's meanings on the same buffer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from .._errors import ArgumentValueError, wrong_type
from .._runtime import unsettled
from .readable import ReadableHalf


class AwaitedReading(ReadableHalf):
    """`read()` and its kin, and `async for`."""

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
        while True:
            while not self._waiting and not self._at_end():
                await self._more()
            if not self._waiting:
                return self._decoded(b"", final=True)
            if data := self._consume(n):
                return data
            # A part of a character: nothing to give yet, and no end either.

    async def _read_all(self) -> Any:
        """What comes until the end. If nobody waits for that any more, it is there as before."""
        taken = bytearray()
        try:
            while True:
                while not self._waiting and not self._at_end():
                    await self._more()
                if not self._waiting:
                    return self._decoded(bytes(taken), final=True)
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
            return self._decoded(error.partial, final=True)
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
        self._check_here("read")
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
