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

import codecs
from typing import Any, Self

from .._arguments import text_encoding, to_bytes
from .._errors import StateError
from .lifecycle import Lifecycle


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
        if self._destroyed:
            self._check_here("pause")
        if self._flowing is not False:
            self._runtime.check_thread()
            self._flowing = False
            self._choose_sink()
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
        if self._destroyed:
            self._check_here("resume")
        if self._flowing is not True:
            self._runtime.check_thread()
            if self._flowing is False:
                self._set_paused(False)
            if self._connecting or not self._begun:
                self._asked = True
            self._flowing = True
            if self._awaited and not self._closers:
                self._awaited = False  # from now on, errors are events
            if self._destroyed:
                return self  # it counts for the life that connect() may begin
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
        self._check_here("set an encoding")
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
        self._emit("resume")
        if (self._waiting or self._ended) and not self._destroyed:
            self._start_reading()
            self._flow()

    def _flow(self) -> None:
        """Hands out what waits, as long as the flow is on."""
        while self._flowing and self._waiting and not self._destroyed:
            self._hand_out(self._take())
        self._choose_sink()
        if self._flowing or not self._fills_buffer:
            # Paused meanwhile, it reads on all the same, up to the mark.
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

    def unshift(self, data: Any, encoding: str = "utf-8") -> bool:
        """Puts data back that was read and not needed: it comes again, before all other.

        For whoever reads on, here or, with the socket, in another process. False: the high-water
        mark is reached. Raises what `write()` raises for what is no data. After `end` it is an
        `error` (`ERR_STREAM_UNSHIFT_AFTER_END_EVENT`); on a destroyed socket nothing happens.
        Node: `stream`, "readable.unshift()".
        """
        chunk = to_bytes(data, encoding)
        self._check_here("put data back")
        if self._destroyed:
            return False
        if self._end_emitted:
            message = "can't put data back: `end` has been emitted"
            self._fail(StateError(message, "ERR_STREAM_UNSHIFT_AFTER_END_EVENT"))
            return False
        if self._decoder is not None:
            # The beginning of a character that is still to come stands behind it.
            chunk += self._decoder.getstate()[0]
            self._decoder.reset()
        if chunk:
            self._put_back(chunk)
            self._choose_sink()
            if self.readable_length >= self._readable_mark:
                self._read_stop()
            if self._flowing and not self._resume_due:
                self._runtime.defer(self._flow)
            self._wake_readers()
        return self.readable_length < self._readable_mark

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
        if self._waiting:
            self._end_due = False  # put back meanwhile, and still to be taken
            return
        if self._decoder is not None and self._flowing:
            self._hand_out(b"", final=True)
        self._end_emitted = True
        self._emit("end")
        self._ended_reading()

    def _wake_readers(self) -> None:
        readers, self._readers = self._readers, None
        for waiter in readers or ():
            if not waiter.done():
                waiter.set_result(None)

    # What a whole socket supplies

    def _emit(self, event: str, *args: Any) -> None:
        raise NotImplementedError

    def _fail(self, error: BaseException) -> None:
        raise NotImplementedError

    def _end_unseen(self) -> bool:
        raise NotImplementedError

    def _ended_reading(self) -> None:
        raise NotImplementedError
