"""What a socket reads.

What the kernel gives goes straight to the one `data` listener where that is all there is to do
(the core calls it itself). Everything else passes here: bytes that were not asked for yet wait in
a buffer up to the high-water mark, then the kernel is left to push back on the peer. Who takes the
bytes is the socket's `Flow`; an `await` takes what waits, whatever the flow. The end comes once
nothing waits any more.
"""

from __future__ import annotations

import asyncio
import codecs
from typing import TYPE_CHECKING, Generic

from .._arguments import check_int, to_bytes
from .._core import io
from .._errors import ArgumentValueError, StateError, wrong_type
from .._events.emitter import held
from .._waiters import Waiters
from .events import Chunk
from .part import Part, gone, why_over
from .pipe import Pipes
from .states import (
    AWAIT,
    COMING,
    CONNECTING,
    DESTROYED,
    DUE,
    END_IS_DUE,
    ENDED,
    FLOWING,
    HEARD,
    HOLD,
    IDLE,
    PAUSE,
    PUT_OFF_END,
    RESUME,
    SEE_END,
    SEEN,
    TAKE,
    TAKE_END,
    TELL_END,
    States,
)

if TYPE_CHECKING:
    from .part import AnySocket

LARGEST = 2**63 - 1


class Reader(Part, Generic[Chunk]):
    """The bytes that wait to be taken, their decoder, the coroutines that await them, the pipes."""

    __slots__ = (
        "_asked",
        "_decoder",
        "_front",
        "_resume_due",
        "_waiters",
        "_waiting",
        "encoding",
        "fills_buffer",
        "mark",
        "pipes",
    )

    def __init__(self, socket: AnySocket, states: States, mark: int) -> None:
        self._socket, self._states = socket, states
        # How many bytes may wait before reading rests.
        self.mark = mark
        self._waiting: bytearray | None = None
        # Counts what changes the front of it: bytes that are taken, and those that are put back.
        self._front = 0
        self._decoder: codecs.IncrementalDecoder | None = None
        self.encoding: str | None = None
        self._waiters: Waiters[None] | None = None
        self.pipes: Pipes | None = None
        # Reads go into a buffer of the user's own: `OnRead`.
        self.fills_buffer = False
        # The `resume` event is about to be emitted.
        self._resume_due = False
        # Data was asked for before there was a connection: it is read, even when paused since.
        self._asked = False

    def next_life(self, socket: AnySocket, states: States) -> None:
        """connect() begins another life: what waited belongs to the one before, and so do the
        coroutines that await it."""
        self._socket, self._states = socket, states
        self._waiting = None
        self._front += 1
        self._resume_due = self._asked = False
        self._wake()

    def leave(self) -> None:
        """The connection is over. What was read and not taken can still be read."""
        self._wake()
        if self.pipes is not None and not self.pipes.all:
            self.pipes = None
        self._socket = None

    # Flow

    def hold(self) -> None:
        """Reads nothing from the kernel until the flow is asked for: `pause_on_connect`."""
        self._states.flow = HOLD[self._states.flow]
        io.set_paused(self.socket, True)

    def pause(self) -> None:
        """Stops `data` events: bytes wait, up to the mark."""
        self._states.flow = PAUSE[self._states.flow]
        if self._socket is None:
            return
        self.choose_sink()
        io.set_paused(self._socket, True)
        if self.fills_buffer:
            # A buffer of the user's own holds no bytes back: they wait in the kernel.
            io.read_stop(self._socket)

    def resume(self) -> None:
        """Starts `data` events: what waits, then what comes. The `resume` event comes first."""
        states = self._states
        life, flow = states.life, states.flow
        if life <= CONNECTING:
            self._asked = True
        states.flow = RESUME[flow]
        socket = self._socket
        if socket is None:
            return
        if flow is not IDLE:
            io.set_paused(socket, False)
        if life >= DESTROYED:
            return  # the flow counts for the life that connect() may begin
        if not self._waiting:
            # Nothing to hand out first: what comes next may go straight to the listener.
            self.choose_sink()
            if states.incoming is COMING:
                io.read_start(socket)
        if not self._resume_due:
            self._resume_due = True
            self.defer(self._resumed)

    def _resumed(self) -> None:
        states = self._states
        self._resume_due = False
        self.emit("resume")
        if (self._waiting or states.incoming >= SEEN) and states.life < DESTROYED:
            self.start()
            self.flow()

    def connected(self) -> None:
        """The socket is connected: reads, unless it was paused and no data was asked for before."""
        self.choose_sink()
        if self._asked or not self._states.is_paused:
            self.start()

    def start(self) -> None:
        """Has the core read, unless too much waits already or reading makes no sense."""
        waiting = self._waiting
        if self._states.incoming is not COMING or self._socket is None:
            return
        if waiting is None or len(waiting) < self.mark:
            io.read_start(self._socket, self._room)

    def flow(self) -> None:
        """Hands out what waits, as long as the flow is on."""
        states = self._states
        while self._waiting and self._hands_out and not states.destroyed:
            if io.is_resting(self.socket):
                return
            self._hand_out(self.take())
        self.choose_sink()
        if states.flow is FLOWING or not self.fills_buffer:
            # One that was paused meanwhile reads on, up to the mark.
            self.start()
        self._end_if_taken()

    def go_on(self) -> None:
        """A task that an event started has had its first turn: tells what was left untold."""
        states = self._states
        if self._waiting and states.flow is FLOWING and not self._resume_due:
            self.flow()
        elif states.incoming is DUE:
            self._tell_end()

    @property
    def _hands_out(self) -> bool:
        """Whether bytes go to listeners and pipes as they come, or are thrown away without any.

        Where there are none and a coroutine has awaited the socket, they wait for its next await.
        """
        states = self._states
        if states.flow is not FLOWING:
            return False
        if states.hearing is HEARD or (self.pipes is not None and bool(self.pipes.all)):
            return True
        return held(self.socket, "data") is not None

    def heard_anew(self) -> None:
        """A `data` listener was added or taken off: it has what waits, if the flow is on."""
        self.choose_sink()
        if self._waiting and self._states.flow is FLOWING and not self._resume_due:
            self.defer(self.flow)

    def choose_sink(self) -> None:
        """Lets the core call the `data` listener itself where that is all there is to do."""
        socket = self._socket
        if socket is None:
            return
        pipes = self.pipes
        if pipes is not None:
            io.set_sink(socket, None)
            free = self._states.flow is FLOWING and not self._waiting
            pipes.join(free and self._decoder is None and not self.fills_buffer)
            if pipes.all:
                return
        listeners = held(socket, "data")
        direct = self._states.flow is FLOWING and self._decoder is None and not self._waiting
        lone = None if isinstance(listeners, list) else listeners
        io.set_sink(socket, lone if direct else None)

    def set_encoding(self, encoding: str) -> None:
        """Decodes what is handed out from now on."""
        self.encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self.choose_sink()

    @property
    def decoder(self) -> codecs.IncrementalDecoder | None:
        """The decoder of `set_encoding()`, which may hold the beginning of a character."""
        return self._decoder

    @property
    def length(self) -> int:
        """How many bytes wait to be taken."""
        return len(self._waiting) if self._waiting else 0

    @property
    def is_awaited(self) -> bool:
        """Whether a coroutine waits for bytes or the end."""
        return self._waiters is not None and bool(self._waiters)

    @property
    def is_plain(self) -> bool:
        """Whether the end matters to no bytes, no await, no decoder and no pipe."""
        piped = self.pipes is not None and self.pipes.all
        return not (self._waiting or self._waiters or self._decoder or piped)

    # What waits

    def take(self, count: int | None = None) -> bytes:
        """Takes bytes out of what waits: all, or `count`."""
        waiting = self._waiting
        if waiting is None:
            return b""
        self._front += 1
        if count is None or count >= len(waiting):
            self._waiting = None
            return bytes(waiting)
        taken = bytes(memoryview(waiting)[:count])
        del waiting[:count]
        return taken

    def put_back(self, chunk: bytes) -> None:
        """Puts bytes in front of those that wait."""
        self._front += 1
        self._waiting = bytearray(chunk) + (self._waiting or b"")

    def continue_with(
        self, decoder: codecs.IncrementalDecoder | None, encoding: str | None
    ) -> None:
        """Goes on where the decoder of another socket stopped."""
        self._decoder, self.encoding = decoder, encoding

    def unshift(self, data: object, encoding: str) -> bool:
        """Puts data back; False: the high-water mark is reached."""
        chunk = to_bytes(data, encoding)
        if self._states.destroyed:
            if self._states.moved:
                raise gone(self._states, "put data back")
            return False
        if self._states.incoming is ENDED:
            message = "can't put data back: `end` has been emitted"
            self.socket.destroy(StateError(message, "ERR_STREAM_UNSHIFT_AFTER_END_EVENT"))
            return False
        if self._decoder is not None:
            # The beginning of a character that is still to come stands behind it.
            chunk += self._decoder.getstate()[0]
            self._decoder.reset()
        if chunk:
            self.put_back(chunk)
            self._offer_again()
        return self.length < self.mark

    def _offer_again(self) -> None:
        """Bytes were put back: who takes what comes takes them first."""
        if self._socket is None:
            return
        self.choose_sink()
        if self.length >= self.mark:
            io.read_stop(self._socket)
        if self._states.flow is FLOWING and not self._resume_due:
            self.defer(self.flow)
        self._wake()

    def _decoded(self, chunk: bytes, *, final: bool = False) -> Chunk:
        data = chunk if self._decoder is None else self._decoder.decode(chunk, final)
        return data  # type: ignore[return-value]  # which of the two, the type of the socket says

    def _hand_out(self, chunk: bytes, *, final: bool = False) -> None:
        data = self._decoded(chunk, final=final)
        if not data:
            return
        pipes = self.pipes.all if self.pipes is not None else ()
        for pipe in pipes:
            if pipe.first:
                pipe.feed(data)
        self.emit("data", data)
        for pipe in pipes:
            if not pipe.first:
                pipe.feed(data)

    # What the core says

    def receive(self, chunk: bytes) -> int | None:
        """The core read bytes that it did not hand to a listener itself.

        Returns for how many more there is room; `None`: what comes next is handed out at once.
        """
        states = self._states
        if not self._waiting and not self._resume_due and self._hands_out:
            self._hand_out(chunk)
            return None if states.flow is FLOWING else self._room
        if self._waiting is None:
            self._waiting = bytearray()
        self._waiting += chunk
        if len(self._waiting) >= self.mark:
            io.read_stop(self.socket)
        self._wake()
        return self._room

    @property
    def _room(self) -> int:
        """How many bytes may still wait."""
        return max(0, self.mark - self.length)

    def see_end(self) -> None:
        """The peer has ended."""
        states = self._states
        states.incoming = SEE_END[states.incoming]
        if not self._waiting:
            # The core says so between two ticks, so no deferred call stands before this event.
            states.incoming = END_IS_DUE[states.incoming]
            self._tell_end()
        elif states.flow is FLOWING and not self._resume_due:
            self.flow()
        self._wake()

    def _end_if_taken(self) -> None:
        states = self._states
        if states.incoming is SEEN and not self._waiting and self._socket is not None:
            states.incoming = END_IS_DUE[states.incoming]
            self.defer(self._tell_end)

    def _tell_end(self) -> None:
        states = self._states
        if states.destroyed or states.incoming is not DUE or io.is_resting(self.socket):
            return
        if self._waiting:
            # Bytes were put back meanwhile: they come before the end.
            states.incoming = PUT_OFF_END[states.incoming]
            return
        if self._decoder is not None and states.flow is FLOWING:
            self._hand_out(b"", final=True)
        states.incoming = TELL_END[states.incoming]
        self.emit("end")
        if self._wake() and self.has(states):
            self.rest()
        self.settle(states)

    def _wake(self) -> bool:
        return self._waiters is not None and self._waiters.wake(None)

    # With await: the meanings of asyncio.StreamReader

    async def read(self, n: int) -> Chunk:
        """Up to `n` bytes, or all until the end for a negative number."""
        check_int(n, "n", -LARGEST, LARGEST)
        if n == 0:
            return self._decoded(b"")
        if n < 0:
            return await self._read_all()
        while True:
            while not self._waiting and not self._is_over():
                await self._more(n)
            if not self._waiting:
                await self._end_told()
                return self._decoded(b"", final=True)
            if data := self._consume(n):
                return data
            # Only a part of a character: an empty str would mean the end.

    async def _read_all(self) -> Chunk:
        """Everything until the end. It waits where it came to, so that nothing is lost, or taken
        from anybody else, before all of it is there."""
        while not self._is_over():
            await self._more(LARGEST)
        taken = self.take()
        self._end_if_taken()
        try:
            await self._end_told()
        except asyncio.CancelledError:
            if taken:
                self.put_back(taken)
                self._offer_again()
            raise
        return self._decoded(taken, final=True)

    async def readexactly(self, n: int) -> Chunk:
        """Exactly `n` bytes."""
        check_int(n, "n", 0, LARGEST, allowed="0 or more")
        while self.length < n:
            if self._is_over():
                raise asyncio.IncompleteReadError(await self._take_rest(), n)
            await self._more(n)
        return self._consume(n)

    async def readline(self) -> Chunk:
        """A line, with its end; at the end of the stream, what is left."""
        try:
            return await self.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            return self._decoded(error.partial, final=True)
        except asyncio.LimitOverrunError as error:
            waiting = self._waiting or bytearray()
            newline = waiting.startswith(b"\n", error.consumed)
            self._consume(error.consumed + 1 if newline else len(waiting))
            message = f"a line is longer than the limit, the high-water mark of {self.mark} bytes"
            raise ArgumentValueError(message) from None

    async def readuntil(self, separator: bytes) -> Chunk:
        """What comes until the separator, with it."""
        if not isinstance(separator, (bytes, bytearray)):
            raise wrong_type("separator", "bytes", separator)
        if not separator:
            raise ArgumentValueError("separator must be at least one byte long")
        searched, front = 0, self._front
        while True:
            if front != self._front:
                # Somebody else has taken bytes, or put some back.
                searched, front = 0, self._front
            waiting = self._waiting or b""
            at = waiting.find(separator, searched)
            if at > self.mark:
                raise asyncio.LimitOverrunError("the separator comes after the limit", at)
            if at >= 0:
                return self._consume(at + len(separator))
            searched = max(0, len(waiting) + 1 - len(separator))
            if searched > self.mark:
                raise asyncio.LimitOverrunError("no separator within the limit", searched)
            if self._is_over():
                raise asyncio.IncompleteReadError(await self._take_rest(), None)
            await self._more()

    def _consume(self, count: int) -> Chunk:
        return self._decoded(self._take_on(count))

    def _take_on(self, count: int) -> bytes:
        taken = self.take(count)
        if self._states.end_was_read:
            self._end_if_taken()
        else:
            self.start()
        return taken

    async def _take_rest(self) -> bytes:
        rest = self.take()
        self._end_if_taken()
        if not rest:
            await self._end_told()
        return rest

    def _is_over(self) -> bool:
        """Whether the end has come. Raises the error of a connection that was over before it."""
        states = self._states
        states.hearing = AWAIT[states.hearing]
        if states.incoming is COMING:
            if states.destroyed:
                raise why_over(states, "read", "ERR_STREAM_PREMATURE_CLOSE")
            return False
        if states.moved:
            raise gone(states, "read")
        if states.error is not None and not self._waiting:
            raise states.raised()
        return True

    async def _end_told(self) -> None:
        """Lets the loop go on before a coroutine gets the end, once more: one that asks for it
        again and again holds nobody up, and finds `readable_ended` true."""
        states = self._states
        if states.incoming is DUE and not states.destroyed:
            await self._wait()
        else:
            await asyncio.sleep(0)
        if states.destroyed and states.incoming in (SEEN, DUE) and not self._waiting:
            # No event will tell of it any more.
            states.incoming = TAKE_END[states.incoming]

    async def _more(self, wanted: int = 0) -> None:
        """Waits until more bytes, the end, or the close of the socket has come.

        The caller takes `wanted` bytes at once: as many may come in one read.
        """
        states, socket = self._states, self.socket
        states.flow = TAKE[states.flow]
        io.set_paused(socket, False)
        io.read_start(socket, max(self._room, wanted - self.length))
        try:
            await self._wait()
        finally:
            if states.is_paused and not states.destroyed and not self.is_awaited:
                io.set_paused(socket, True)
        if self._states is not states:
            raise why_over(states, "read", "ERR_STREAM_PREMATURE_CLOSE")

    async def _wait(self) -> None:
        """Waits until something has happened."""
        if self._waiters is None:
            self._waiters = Waiters()
        await self._waiters.add()
