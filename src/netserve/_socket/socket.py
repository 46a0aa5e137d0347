"""`Socket`: one connection. Its face and its life are here; what reads, writes and dials is held.

    Reader   bytes that wait, their decoder, awaits, pipes
    Writer   callbacks, corks, those who wait for room, our end
    Dialer   one `connect()`

Each is made when it is first needed, and let go with the connection. The states of all of them are
in `states.py`. Events come from `_emit` (in the connection's context; what listeners raise goes to
`_on_listener_error`), except those that a method of the user's own call emits on the spot.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import replace
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar, cast

from .._address.block_list import BlockList, check_block_list
from .._address.info import AddressInfo, info
from .._arguments import check_bool, check_callback, check_seconds, check_size, text_encoding
from .._core import Accepted, Stream, io
from .._descriptors.bound_socket import BoundSocket, adopt, give
from .._descriptors.kinds import is_socket
from .._errors import (
    ArgumentTypeError,
    StateError,
    is_destroyed_error,
    system_error,
    wrong_type,
)
from .._events.abort import AbortSignal, error_of, on_abort
from .._events.calling import ROUNDS, Callback, Caller, check_thread
from .._job import Job
from .._runtime import current
from .._shown import Name, as_shown, place
from .._types import Called, Data, Destination, Family, Path, Port, Work
from .._waiters import Waiters
from .connect_request import ConnectRequest, understand
from .departure import CLOSE_TIMEOUT, DEFAULT_MARK, Departure, check_departure, take_over
from .dialer import Dialer
from .events import Chunk, SocketEvents
from .keywords import Handle, Lookup
from .local_end import LocalEnd
from .on_read import OnRead
from .options import (
    Options,
    check_keep_alive,
    check_type_of_service,
    is_ipv6,
    is_tcp,
    named,
    set_keep_alive,
    set_type_of_service,
)
from .part import gone, why_over
from .pipe import Pipes
from .reader import Reader
from .states import (
    ADOPT,
    AWAIT,
    AWAITED,
    BREAK,
    CLOSE,
    CLOSED,
    CONNECT,
    CONNECTED,
    CONNECTING,
    DESTROY,
    ENDED,
    ENDING,
    FINISHED,
    FLOWING,
    GOING,
    IDLE,
    LEAVING,
    LISTEN,
    LOSE_LOOP,
    MOVE,
    MOVED,
    NEW,
    OPEN,
    PASS_INCOMING,
    PASS_OUTGOING,
    READY_STATES,
    REPORT,
    REPORTED,
    TELL_ERROR,
    UNREADABLE,
    UNTOLD,
    UNWRITABLE,
    States,
)
from .writer import Writer

if TYPE_CHECKING:
    from types import TracebackType

    from .._runtime import Runtime
    from .._server.server import Server

__all__ = ["Socket"]

# What a socket is piped to.
D = TypeVar("D", bound=Destination)

# A socket whose chunks may be of either kind.
AnySocket: TypeAlias = "Socket[Any]"


class Socket(Stream, Caller, SocketEvents["AnySocket", Chunk]):
    """A TCP or local connection: made by a server, or by `connect()`.

    `fd` or `handle` (a `Socket` or `socket.socket`, whose descriptor is taken over) wrap what is
    connected already; `readable` and `writable` then say what it is used for. A `handle` that is a
    `BoundSocket`, or a descriptor that is bound and not connected, is adopted: it is our end of
    what `connect()` makes, the first time.
    `high_water_mark` is in bytes, for each direction; `no_delay` (the default) sends small writes
    at once; `keep_alive_initial_delay` is in seconds. `user_timeout`: seconds that what was sent
    may go unacknowledged before the connection breaks with `ETIMEDOUT` (`TCP_USER_TIMEOUT`, Linux
    only; `None`: as long as the system tries). What the `block_list` has a rule for is not
    connected to (`ERR_IP_BLOCKED`). `on_read` has reads fill a buffer of your own, in place of
    `data` events. When `signal` is aborted, the socket is destroyed with `AbortError`. Wrong
    options raise `TypeError` or `ValueError`. Node: `net`, "new net.Socket([options])".

    Events: `connect`, `ready`, `lookup(err, address, family, host)`,
    `connection_attempt(ip, port, family)`, `connection_attempt_failed(ip, port, family, exc)`,
    `connection_attempt_timeout(ip, port, family)`, `data(chunk)`, `end`, `drain`, `finish`,
    `pause`, `resume`, `pipe(source)`, `unpipe(source)`, `timeout`, `error(exc)`,
    `close(had_error)`.
    """

    allow_half_open: bool = False
    """Whether our side stays open for writing once the peer has ended.

    Node: `net`, "new net.Socket([options])".
    """

    if not TYPE_CHECKING:
        # To the checkers it is a generic class: `Socket[str]` is what set_encoding() makes of it.
        __class_getitem__ = classmethod(GenericAlias)

    # Every instance has these set. They are few, because there may be very many instances.
    _server: Server | None
    _states: States

    # Set on an instance only where it has one.
    _reader: Reader[Chunk] | None = None
    _writer: Writer | None = None
    _dialer: Dialer | None = None
    _closers: Waiters[None] | None = None
    _options: Options | None = None
    _local_end: LocalEnd | None = None
    _block_list: BlockList | None = None
    _signal: AbortSignal | None = None
    _forget_signal: Callable[[], object] | None = None
    # Tells a server in another process or thread, which counts this connection, of its end.
    _counted: Callable[[], None] | None = None
    _mark = DEFAULT_MARK
    _timeout: float | None = None
    _referenced = True
    # What the last connect() was asked for.
    _request: ConnectRequest | None = None
    # Another process has, or had, a copy of the descriptor: our close says nothing to the peer.
    _shared = False
    _tried: list[str] | None = None
    _peer_name: Name = None

    def __init__(
        self,
        *,
        fd: int | None = None,
        handle: Handle | None = None,
        allow_half_open: bool = False,
        readable: bool = True,
        writable: bool = True,
        on_read: OnRead | None = None,
        high_water_mark: int = DEFAULT_MARK,
        no_delay: bool = True,
        keep_alive: bool = False,
        keep_alive_initial_delay: float = 0.0,
        user_timeout: float | None = None,
        type_of_service: int | None = None,
        block_list: BlockList | None = None,
        signal: AbortSignal | None = None,
    ) -> None:
        self._runtime = current()
        self._server = None
        self._states = States()
        self.allow_half_open = check_bool(allow_half_open, "allow_half_open")
        self._mark = check_size(high_water_mark, "high_water_mark")
        if on_read is not None and not isinstance(on_read, OnRead):
            raise wrong_type("on_read", "an OnRead", on_read)
        self._options = Options.understand(
            no_delay, keep_alive, keep_alive_initial_delay, type_of_service, user_timeout
        )
        check_bool(readable, "readable"), check_bool(writable, "writable")
        if block_list is not None:
            self._block_list = check_block_list(block_list)
        if signal is not None and not isinstance(signal, AbortSignal):
            raise wrong_type("signal", "an AbortSignal", signal)
        self._context = contextvars.copy_context()
        if isinstance(handle, BoundSocket):
            self._local_end = LocalEnd(give(handle))
        elif fd is not None or handle is not None:
            connection = handle._depart() if isinstance(handle, Socket) else take_over(fd, handle)
            if connection.is_connected:
                self._shared, self._counted = connection.shared, connection.counted
                self._enter(connection, readable=readable, writable=writable)
            else:
                self._local_end = LocalEnd(adopt(connection.take()))
        if on_read is not None:
            self._get_reader().fills_buffer = True
            buffer = on_read.buffer
            io.set_on_read(self, buffer, callable(buffer), on_read.callback)
        if signal is not None:
            self._obey(signal)

    @classmethod
    def _accepted(
        cls,
        server: Server,
        runtime: Runtime,
        accepted: Accepted,
        mark: int,
        context: contextvars.Context,
        reading: bool,
    ) -> Self:
        """A connection that a server accepted. It does without `__init__`: there may be many."""
        socket = cls.__new__(cls)
        socket._runtime = runtime
        socket._server = server
        socket._states = States(OPEN)
        if mark != DEFAULT_MARK:
            socket._mark = mark
        io.accept(socket, runtime.reactor, accepted, mark, context, reading)
        return socket

    def _get_reader(self) -> Reader[Chunk]:
        """The part that reads, which is made the first time."""
        reader = self._reader
        if reader is None:
            states = self._states
            reader = self._reader = Reader(self, states, self._mark)
            if states.life is CLOSED or states.life is MOVED:
                reader.leave()
        return reader

    def _get_writer(self) -> Writer:
        """The part that writes; after the close, one for this call only."""
        writer = self._writer
        if writer is None:
            writer = Writer(self, self._states)
            if not self._states.closed:
                self._writer = writer
        return writer

    def _check_here(self, what: str) -> None:
        """Refuses what is asked of a socket that goes on in another thread, or whose loop is over;
        in the development mode, in a thread that is not the loop's."""
        if self._states.moved:
            raise gone(self._states, what)
        self._runtime.check_use()

    # Connecting

    def connect(
        self,
        target: Port | Path | None = None,
        host: str | Called | None = None,
        listener: Called | None = None,
        *,
        port: Port | None = None,
        path: Path | None = None,
        local_address: str | None = None,
        local_port: int | None = None,
        family: Family | None = 0,
        hints: int | None = 0,
        lookup: Lookup | None = None,
        auto_select_family: bool | None = None,
        auto_select_family_attempt_timeout: float | None = None,
    ) -> Self:
        """Connects to a port of `host` (default `"localhost"`) or to a path.

        `target` is either; `path` wins over `port`. `listener` is added for `connect`. Failures are
        `error` events; wrong arguments raise `TypeError` or `ValueError`
        (`ERR_SOCKET_BAD_PORT`, ...), a socket that has a connection `RuntimeError`
        (`ERR_SOCKET_ALREADY_CONNECTED`). After `close` it may be called again.

        - `local_address`, `local_port`: where the connection comes from; chosen by the system
          otherwise. What can't be had is an error with syscall `bind`.
        - `family`: 4 or 6 (`"IPv4"`, `"IPv6"`) asks for addresses of that family only; 0 for both.
        - `hints`: flags of getaddrinfo (`socket.AI_ADDRCONFIG`, `AI_V4MAPPED`, `AI_ALL`); without
          them, and without a family, `AI_ADDRCONFIG`.
        - `lookup`: asked in place of the system's resolver. `lookup(host, options, callback)`
          calls `callback(err, address, family)` or `callback(err, [(address, family), ...])`;
          `async def lookup(host, options)` returns one address, a pair, or such a list. `options`
          is a dict: `family`, `hints`, and `all`, whether more than the first address is of use.
          `family` may be left out: the address tells. Only the first answer counts.
        - `auto_select_family` (default `get_default_auto_select_family()`): a host with several
          addresses has them tried one after the other, the families taking turns, until one
          answers. Not with `family` or `local_address`, and not where it is `False`: then only the
          first is tried.
        - `auto_select_family_attempt_timeout` (default
          `get_default_auto_select_family_attempt_timeout()`): seconds, at least 0.01, before an
          attempt is given up for the next address. The last one may take as long as the system
          lets it.

        When all attempts fail, the error is that of the first, with all of them in `errors` and as
        an `ExceptionGroup` in `__cause__`. Node: `net`, "socket.connect()".
        """
        if callable(host) and listener is None:
            host, listener = None, host
        check_callback(listener, "listener")
        request = understand(
            target,
            host,
            port=port,
            path=path,
            local_address=local_address,
            local_port=local_port,
            family=family,
            hints=hints,
            lookup=lookup,
            auto_select_family=auto_select_family,
            auto_select_family_attempt_timeout=auto_select_family_attempt_timeout,
            handle=self._local_end.bound if self._local_end is not None else None,
        )
        if listener is not None:
            self.once("connect", listener)
        self._dial(request)
        return self

    def _dial(self, request: ConnectRequest) -> None:
        """Begins a life as a client."""
        self._check_here("connect")
        if self._states.life in (CONNECTING, OPEN):
            message = "connect() on a socket that has a connection"
            raise StateError(message, "ERR_SOCKET_ALREADY_CONNECTED")
        self._begin_life()
        if self._local_end is not None and self._local_end.bound is not None:
            # What is bound can be tried once.
            request = replace(request, auto_select_family=False)
        self._request = request
        # A loop that is over leaves none that connects, not even without a descriptor.
        self._runtime.closers.add(self._on_loop_end)
        dialer = self._dialer = Dialer(
            self,
            self._states,
            request,
            block_list=self._block_list,
            local_end=self._local_end,
        )
        # A socket whose signal was aborted before is about to be destroyed.
        if self._signal is None or not self._signal.aborted:
            dialer.start(referenced=self._referenced)

    def _begin_life(self) -> None:
        """connect() begins a life: nothing is left of an earlier one but its listeners, its
        options, and who takes the data."""
        states, writer = self._states, self._writer
        self._tried = None
        io.begin(self, self._runtime.reactor, self._mark)
        if states.life is NEW:
            states.life = CONNECT[states.life]
            if writer is not None and writer.corks:
                io.cork(self)
            return
        if writer is not None:
            # `close` of the life before is still to come, and finds the next one.
            for callback, error in writer.give_up(was_connecting=False):
                self._runtime.defer(self._call, callback, error)
        self._states = states.next_life()
        self._writer = self._peer_name = None
        self._shared = False
        if self._reader is not None:
            self._reader.next_life(self, self._states)

    def _on_connect(self, number: int) -> None:
        """The attempt that is under way succeeded (0), or failed with an error number."""
        dialer = self._dialer
        if dialer is None or self._states.destroyed:
            return
        if number:
            dialer.refused(number)
            return
        dialer.finish()
        self._tried = dialer.tried
        self._dialer = None
        self._runtime.closers.discard(self._on_loop_end)
        self._states.life = CONNECTED[self._states.life]
        if self._options is not None:
            self._options.apply(self)
        reader = self._get_reader()
        reader.choose_sink()
        self._emit("connect")
        behind = self.writable_length
        io.flush(self)
        if behind:
            self._on_drain()
        self._emit("ready")
        reader.connected()

    def _enter(
        self,
        departure: Departure,
        *,
        readable: bool = True,
        writable: bool = True,
        reading: bool = True,
    ) -> None:
        """Takes over a connection that exists already."""
        states = self._states
        if self._counted is not None:
            # A loop that is closed tells the server that counts it, too.
            self._runtime.closers.add(self._counted)
        with departure:
            io.begin(self, self._runtime.reactor, self._mark)
            states.life = ADOPT[states.life]
            if not readable:
                states.incoming = UNREADABLE
            if not writable:
                states.outgoing = UNWRITABLE
            io.open(self, departure.take(), is_socket=departure.is_socket)
            self._peer_name = departure.peer or io.remote_name(self)
        if departure.waiting:
            self._get_reader().put_back(departure.waiting)
        if departure.is_socket and self._options is not None:
            self._options.apply(self)
        if not writable:
            io.refuse_writes(self)
        if reading:
            self._get_reader().start()

    def _obey(self, signal: AbortSignal) -> None:
        """Destroys the socket when the signal is aborted; soon, if it has been."""
        self._signal = signal
        if signal.aborted:
            self._runtime.defer(self.destroy, error_of(signal))
        else:
            self._forget_signal = on_abort(signal, lambda: self.destroy(error_of(signal)))

    # Reading

    def pause(self) -> Self:
        """Stops `data` events; emits `pause`. Bytes wait, up to the high-water mark.

        A paused socket keeps no program alive. Node: `net`, "socket.pause()".
        """
        self._check_here("pause")
        if not self._states.is_paused:
            self._get_reader().pause()
            self.emit("pause")
        return self

    def resume(self) -> Self:
        """Starts `data` events; `resume` follows. Without a listener, bytes are thrown away.

        Node: `net`, "socket.resume()".
        """
        states = self._states
        if states.life >= LEAVING:
            raise gone(states, "resume")
        self._runtime.check_use()
        if states.flow is not FLOWING:
            if states.hearing is AWAITED:
                states.hearing = LISTEN[states.hearing]  # errors are events from now on
            self._get_reader().resume()
        return self

    def is_paused(self) -> bool:
        """Whether `pause()` stopped the flow. Node: `stream`, "readable.isPaused()"."""
        return self._states.is_paused

    def set_encoding(self, encoding: str | None = "utf-8") -> Socket[str]:
        """Has data come as `str`; a character split over two chunks arrives whole.

        Returns the same socket, which type checkers know by that as one that gives `str`.

        `encoding` is any text encoding that Python knows, or Node's name for one. Raises
        `ValueError` (`ERR_UNKNOWN_ENCODING`). Node: `stream`, "readable.setEncoding()".
        """
        self._check_here("set an encoding")
        self._get_reader().set_encoding(text_encoding("utf-8" if encoding is None else encoding))
        return cast("Socket[str]", self)

    def unshift(self, data: Data, encoding: str = "utf-8") -> bool:
        """Puts data back that was read and not needed: it comes again, before all other.

        They are read here, or, with the socket, in another process. False: the high-water
        mark is reached. Raises what `write()` raises for what is no data. After `end` it is an
        `error` (`ERR_STREAM_UNSHIFT_AFTER_END_EVENT`); on a destroyed socket nothing happens.
        Node: `stream`, "readable.unshift()".
        """
        self._runtime.check_use()
        return self._get_reader().unshift(data, encoding)

    def pipe(self, destination: D, *, end: bool = True) -> D:
        """Writes everything that is read to `destination`, at the speed at which it takes it.

        `destination` is a `Socket` or anything with `write` and `end`; with `end`, the end is
        passed on, too. Returns `destination`; emits `pipe(source)` there. Raises `TypeError` for
        anything else. Node: `stream`, "readable.pipe()".
        """
        for needed in ("write", "end"):
            if not callable(getattr(destination, needed, None)):
                allowed = "a Socket or an object with write and end"
                raise wrong_type("destination", allowed, destination)
        self._check_here("pipe")
        check_thread(destination)
        check_bool(end, "end")
        reader = self._get_reader()
        if reader.pipes is None:
            reader.pipes = Pipes(self)
        pipe = reader.pipes.add(destination, end=end)
        if hasattr(destination, "emit"):
            destination.emit("pipe", self)
        reader.choose_sink()
        if self._states.incoming is ENDED:
            self._runtime.defer(pipe.source_ended)
        pipe.stuck = bool(getattr(destination, "writable_need_drain", False))
        if self._states.flow is IDLE or not pipe.stuck:
            self.resume()
        if pipe.stuck:
            self.pause()
        return destination

    def unpipe(self, destination: object = None) -> Self:
        """Undoes `pipe()`: for one destination, or for all. Emits `unpipe(source)` there.

        Node: `stream`, "readable.unpipe()".
        """
        self._runtime.check_thread()
        reader = self._reader
        if reader is None or reader.pipes is None:
            return self
        removed = reader.pipes.remove(destination)
        if removed and not reader.pipes.all:
            self.pause()
        for pipe in removed:
            pipe.close()
            if hasattr(pipe.destination, "emit"):
                pipe.destination.emit("unpipe", self)
        reader.choose_sink()
        return self

    async def read(self, n: int = -1) -> Chunk:
        """Waits for up to `n` bytes (at least one), or for all until the end when `n` is -1.

        `b""` means the end. `str` after `set_encoding()`. Raises the error that broke the
        connection. The meaning is that of `asyncio.StreamReader.read()`.
        """
        self._runtime.join()
        return await self._get_reader().read(n)

    async def readexactly(self, n: int) -> Chunk:
        """Waits for exactly `n` bytes.

        Raises `asyncio.IncompleteReadError`, with what there was in `partial`, when the end comes
        first; `ValueError` when `n` is negative. The meaning is that of
        `asyncio.StreamReader.readexactly()`.
        """
        self._runtime.join()
        return await self._get_reader().readexactly(n)

    async def readline(self) -> Chunk:
        """Waits for a line, which ends with `\\n`; at the end of the stream: what is left.

        Raises `ValueError` when the line is longer than the high-water mark: that many bytes are
        thrown away. The meaning is that of `asyncio.StreamReader.readline()`.
        """
        self._runtime.join()
        return await self._get_reader().readline()

    async def readuntil(self, separator: bytes = b"\n") -> Chunk:
        """Waits for bytes that end with `separator`.

        Raises `asyncio.IncompleteReadError` when the end comes first and
        `asyncio.LimitOverrunError` when there are more than the high-water mark before it (they
        stay). The meaning is that of `asyncio.StreamReader.readuntil()`.
        """
        self._runtime.join()
        return await self._get_reader().readuntil(separator)

    async def __aiter__(self) -> AsyncIterator[Chunk]:
        """The chunks, as they come, until the end; raises the error that broke the connection."""
        while chunk := await self.read(max(self._mark, DEFAULT_MARK)):
            yield chunk

    @property
    def readable(self) -> bool:
        """Whether data may still come. Node: `stream`, "readable.readable"."""
        return self._states.readable

    @property
    def readable_ended(self) -> bool:
        """Whether `end` has been emitted, or an await came to the end of a destroyed socket.

        Also where there is nothing to read, as in Node. Node: `stream`, "readable.readableEnded".
        """
        return self._states.incoming in (UNREADABLE, ENDED)

    @property
    def readable_length(self) -> int:
        """Bytes that wait to be taken. Node: `stream`, "readable.readableLength"."""
        return self._reader.length if self._reader is not None else 0

    @property
    def readable_high_water_mark(self) -> int:
        """How many bytes may wait before reading rests.

        Node: `stream`, "readable.readableHighWaterMark".
        """
        return self._mark

    @property
    def readable_flowing(self) -> bool | None:
        """Whether data goes to listeners as it comes; `None` before they were asked for.

        Node: `stream`, "readable.readableFlowing".
        """
        flow = self._states.flow
        return None if flow is IDLE else flow is FLOWING

    @property
    def readable_encoding(self) -> str | None:
        """What `set_encoding()` set, by Python's name. Node: "readable.readableEncoding"."""
        return self._reader.encoding if self._reader is not None else None

    @property
    def readable_did_read(self) -> bool:
        """Whether data has been handed out. Node: `stream`, "readable.readableDidRead"."""
        return self.bytes_read > self.readable_length

    @property
    def readable_aborted(self) -> bool:
        """Whether it was destroyed before `end`. Node: `stream`, "readable.readableAborted"."""
        return self._states.destroyed and not self.readable_ended

    def _on_data(self, chunk: bytes) -> int | None:
        return self._get_reader().receive(chunk)

    def _on_end(self) -> None:
        if self._ends_unseen():
            states = self._states
            states.incoming = PASS_INCOMING[states.incoming]
            states.outgoing = PASS_OUTGOING[states.outgoing]
            self._end_life(None)
        else:
            self._get_reader().see_end()

    def _ends_unseen(self) -> bool:
        """Whether no listener is there for what lies between the peer's end and our close.

        Most connections of a server end like this: nothing waits, and `end`, `finish` and `close`
        have no listener. Then it is one step.
        """
        listeners = self._listeners or ()
        return not (
            self._server is None
            or self.allow_half_open
            or self._states.owners
            or self._states.outgoing is not GOING
            or (self._reader is not None and not self._reader.is_plain)
            or self._shared
            or "end" in listeners
            or "finish" in listeners
            or "close" in listeners
            or self.writable_length
        )

    def _listeners_changed(self, event: str) -> None:
        if event != "data":
            return
        if self._states.flow is IDLE and self._listeners and "data" in self._listeners:
            self.resume()
        elif self._reader is not None:
            self._reader.heard_anew()

    # Writing

    def end(
        self,
        data: Data | None = None,
        encoding: str | Callback | None = "utf-8",
        callback: Callback | None = None,
    ) -> Self:
        """Sends `data`, if any, then our end; `finish` follows when both are on their way.

        `callback()` is called then too, or with the error that came instead. Node: `net`,
        "socket.end()".
        """
        self._runtime.check_use()
        self._get_writer().end(data, encoding, callback)
        return self

    def cork(self) -> None:
        """Has writes wait until as many `uncork()` calls have come, then leave together.

        Node: `stream`, "writable.cork()".
        """
        self._check_here("cork")
        self._get_writer().cork()

    def uncork(self) -> None:
        """Takes one `cork()` back. Node: `stream`, "writable.uncork()"."""
        self._check_here("uncork")
        self._get_writer().uncork()

    async def drain(self) -> None:
        """Waits until the bytes that wait are below the high-water mark again.

        Returns at once when there is nothing to wait for. Raises the error that broke the
        connection, or `ERR_STREAM_DESTROYED`. The meaning is that of
        `asyncio.StreamWriter.drain()`.
        """
        self._runtime.join()
        states = self._states
        if states.error is not None or states.flow is not FLOWING:
            states.hearing = AWAIT[states.hearing]
        if states.destroyed:
            raise why_over(states, "drain", "ERR_STREAM_DESTROYED")
        ending = states.outgoing >= ENDING
        behind = ending and self.writable_length >= self.writable_high_water_mark
        if self.writable_need_drain or behind or io.is_broken(self):
            await self._get_writer().drain()

    @property
    def writable(self) -> bool:
        """Whether `write()` is allowed. Node: `stream`, "writable.writable"."""
        return self._states.writable and not io.is_broken(self)

    @property
    def writable_ended(self) -> bool:
        """Whether `end()` has been called, or nothing can be written at all.

        Node: `stream`, "writable.writableEnded".
        """
        return self._states.outgoing is not GOING

    @property
    def writable_finished(self) -> bool:
        """Whether our end is on its way, after all bytes, or nothing can be written at all.

        Node: `stream`, "writable.writableFinished".
        """
        return self._states.outgoing in (UNWRITABLE, FINISHED)

    @property
    def writable_aborted(self) -> bool:
        """Whether it was destroyed before `finish`. Node: `stream`, "writable.writableAborted"."""
        return self._states.destroyed and not self.writable_finished

    @property
    def writable_corked(self) -> int:
        """How many `uncork()` calls are still to come. Node: "writable.writableCorked"."""
        return self._writer.corks if self._writer is not None else 0

    def _write(self, data: object, encoding: object, callback: Callback | None) -> bool:
        """A `write()` that the compiled one does not do itself."""
        self._runtime.check_use()
        return self._get_writer().write(data, encoding, callback)

    def _on_drain(self) -> None:
        self._get_writer().drained()

    def _on_flush(self) -> None:
        self._get_writer().flushed()

    def _on_finish(self, number: int) -> None:
        # Where connect() was called meanwhile, it is the end of the life before that has left.
        if self._states.life is OPEN:
            self._get_writer().end_left(number)

    # Ending

    def _settle(self) -> None:
        """What follows from the ends that were told: with both, the connection is over. Our end
        follows the peer's, unless we may stay half open, or a coroutine owns it."""
        states = self._states
        if states.destroyed or io.is_resting(self):
            return
        outgoing_over = states.outgoing is FINISHED or states.outgoing is UNWRITABLE
        if outgoing_over and self._writer is not None and self._writer.is_last:
            self.destroy()
        elif states.incoming is ENDED or states.incoming is UNREADABLE:
            if outgoing_over:
                self.destroy()
            elif states.incoming is UNREADABLE or self.allow_half_open or states.owners:
                return
            elif self.writable:
                self._get_writer().begin_end()

    def destroy(self, error: BaseException | None = None) -> Self:
        """Closes at once; what waits is thrown away. `error` (if any) and `close` follow.

        Node: `net`, "socket.destroy()".
        """
        if error is not None and not isinstance(error, BaseException):
            raise wrong_type("error", "an exception or None", error)
        self._runtime.check_thread()
        if not self._states.destroyed:
            self._end_life(error)
        return self

    def _end_life(self, error: BaseException | None, *, reset: bool = False) -> None:
        """Lets go of the descriptor and wakes all that wait; `error` and `close` follow.

        `reset`: the peer gets a reset in place of an end.
        """
        runtime, states = self._runtime, self._states
        if runtime.is_over:
            self._on_loop_end()
            return
        dialer = self._dialer
        if dialer is not None:
            self._dialer = None
            runtime.closers.discard(self._on_loop_end)
        states.life = DESTROY[states.life]
        if error is not None:
            states.error = error
            states.trouble = BREAK[states.trouble]
        was_open = io.close(self, reset=reset)
        if self._server is not None:
            self._server._forget(self)
        else:
            self._release()
        if error is not None:
            runtime.defer(self._emit_error, states, error)
        defer = runtime.reactor.defer_closing if was_open else runtime.defer
        defer(self._emit_close, error is not None, dialer is not None)
        if dialer is not None:
            self._tried = dialer.tried
            dialer.cancel()  # its last event comes after `error` and before `close`

    def _on_loop_end(self) -> None:
        """The loop is over, or the parent process's: our descriptor is closed, without a word to
        the peer, and no event tells of it, since no loop is there to do so."""
        states = self._states
        states.life = LOSE_LOOP[states.life]
        io.let_go(self)
        self._dialer = None
        if self._server is not None:
            self._server._forget(self)
        self._release()

    def _release(self) -> None:
        """Lets go of the local end, the signal and the count. A server's connection has none."""
        if self._local_end is not None:
            self._local_end.close()
            self._local_end = None
        if self._forget_signal is not None:
            self._forget_signal()
        self._signal = self._forget_signal = None
        counted, self._counted = self._counted, None
        if counted is not None:
            self._runtime.closers.discard(counted)
            counted()

    def destroy_soon(self, *, timeout: float | None = None) -> None:
        """Ends our side if that is still to do, and destroys once all bytes are on their way.

        A peer that takes nothing for `timeout` seconds has it destroyed all the same; `None`: the
        `close_timeout` of its server, 10 s without one. A slow peer that goes on reading gets
        everything. Raises `TypeError` or `ValueError` for what is no time. Node: `net`,
        "socket.destroySoon()".
        """
        if timeout is not None:
            timeout = check_seconds(timeout, "timeout")
        elif self._server is None:
            timeout = CLOSE_TIMEOUT
        else:
            timeout = self._server.close_timeout
        self._runtime.check_thread()
        if self._runtime.is_over:
            self.destroy()
            return
        if self.writable:
            self.end()
        if self.writable_finished:
            self.destroy()
        else:
            self._get_writer().destroy_after(timeout)

    def reset_and_destroy(self) -> Self:
        """Closes a TCP connection with a reset (RST) in place of an end.

        Raises `TypeError` (`ERR_INVALID_HANDLE_TYPE`) on a local socket. One that is not connected
        is destroyed with `ERR_SOCKET_CLOSED`. Node: `net`, "socket.resetAndDestroy()".
        """
        self._runtime.check_thread()
        if self._runtime.is_over:
            return self.destroy()
        if self._states.life not in (CONNECTING, OPEN):
            return self.destroy(StateError("the socket is closed", "ERR_SOCKET_CLOSED"))
        path = None if self._request is None else self._request.path
        if path is not None or not (self.connecting or is_tcp(self)):
            message = "only a TCP connection can be reset"
            raise ArgumentTypeError(message, "ERR_INVALID_HANDLE_TYPE")
        if self.connecting:
            self.once("connect", self.reset_and_destroy)
        else:
            self._end_life(None, reset=True)
        return self

    def _emit_error(self, states: States, error: BaseException) -> None:
        """Tells listeners of the error, where there are any. Else it is raised in the coroutines
        that await the connection or own it; without any, it is unhandled."""
        if states.trouble is REPORTED:
            return
        heard = self._has("error")
        if heard or (states.trouble is UNTOLD and not self._is_awaited):
            states.trouble = TELL_ERROR[states.trouble]
            self._emit("error", error)

    @property
    def _is_awaited(self) -> bool:
        """Whether an error is raised by an await, now or later."""
        states = self._states
        return bool(states.owners) or states.hearing is AWAITED or self._has_awaits

    @property
    def _has_awaits(self) -> bool:
        """Whether an await is under way, which raises an error of the connection's."""
        reader, writer = self._reader, self._writer
        return (
            bool(self._closers)
            or (reader is not None and reader.is_awaited)
            or (writer is not None and writer.is_awaited)
        )

    def _emit_close(self, had_error: bool, was_connecting: bool) -> None:
        states, reader, writer = self._states, self._reader, self._writer
        life = states.life = CLOSE[states.life]
        if self._closers is not None:
            self._closers.wake(None)
        refused: Sequence[tuple[Callback, BaseException]] = ()
        if life is CLOSED or life is MOVED:
            if reader is not None:
                reader.leave()
            if writer is not None:
                # Taken before `close`, whose listeners may begin a new life; called after it.
                self._writer = None
                refused = writer.give_up(was_connecting=was_connecting)
        self._emit("close", had_error)
        for callback, error in refused:
            self._runtime.defer(self._call, callback, error)
        if self._server is not None:
            # A server's connection has one life: no event follows that a listener could hear.
            self._listeners = None

    def _on_error(self, number: int, syscall: str) -> None:
        # Where connect() was called meanwhile, it is the life before that failed.
        if self._states.life is OPEN:
            self.destroy(system_error(number, syscall))

    def _on_listener_error(self, error: BaseException) -> None:
        """A listener raised, or an `error` event had no listener.

        A connection of a server's (here or in another process) is closed and the rest goes on; a
        client is the program's own. One error of a connection is reported once.
        """
        states, where = self._states, self._other_end()
        if states.trouble is REPORTED and error is states.error:
            return
        if self._server is not None and states.error is None and is_destroyed_error(error):
            return  # the program closed it, and its coroutine left by that
        if self._server is not None or self._shared:
            who = f"from {where}" if where else ""
            self._runtime.report("unhandled error of a connection", error, self, who=who)
        else:
            who = f"to {where}" if where else ""
            self._runtime.fail("unhandled error of a socket", error, self, who=who)
        if not states.destroyed:
            self._end_life(error)
        if error is states.error:
            states.trouble = REPORT[states.trouble]

    async def wait_closed(self) -> None:
        """Waits until the socket is closed. Raises the error that closed it, if one did."""
        states = self._states
        await self._until_closed()
        if states.error is not None:
            raise states.raised()

    async def _until_closed(self) -> None:
        if not self._states.closed:
            self._runtime.join()
            if self._closers is None:
                self._closers = Waiters()
            await self._closers.add()

    # Coroutines that own the connection

    def _own(self) -> None:
        """A coroutine owns the connection's end and its errors, until `_disown()`."""
        self._states.owners += 1

    def _disown(self) -> None:
        """A coroutine has left the connection: an error that it was not told of is unhandled, and
        our end follows the peer's, if that has come."""
        states = self._states
        states.owners -= 1
        if states.owners:
            return
        if not self._has_awaits:
            states.hearing = LISTEN[states.hearing]
        if states.trouble is UNTOLD and states.error is not None and not self._has("error"):
            self._emit_error(states, states.error)
        self._settle()

    def _serve(self, coroutine: Work[object]) -> Job:
        """Runs a listener of `connection`, which owns this connection."""
        self._own()
        job = self._runtime.spawn(coroutine, self._served, self._context)
        self._rest(1)
        return job

    def _served(self, error: BaseException | None) -> None:
        try:
            self._on_coroutine_end(error)
        finally:
            self._disown()

    def _spawn(self, coroutine: Work[object]) -> None:
        """Runs a listener's coroutine in the connection's own context, not in a copy."""
        self._runtime.spawn(coroutine, self._on_coroutine_end, self._context)
        self._rest(1)

    def _on_coroutine_end(self, error: BaseException | None) -> None:
        """The coroutine of a listener has ended: before its time, if it was cancelled."""
        if isinstance(error, asyncio.CancelledError):
            self.destroy()
        elif error is not None:
            self._on_listener_error(error)

    def _rest(self, rounds: int) -> None:
        """What an event has started or woken has its turn before the next event is told."""
        if not self._states.destroyed:
            io.rest(self)
            self._runtime.after_rounds(rounds, self._go_on)

    def _go_on(self) -> None:
        if io.go_on(self) and not self._states.destroyed:
            if self._reader is not None:
                self._reader.go_on()
            self._settle()

    def _on_result(self, result: object) -> None:
        """A `data` listener that the core called returned something: a coroutine is run."""
        if isinstance(result, Coroutine):
            self._spawn(result)

    async def __aenter__(self) -> Self:
        self._runtime.join()
        self._own()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leaving: what was written still goes out, then the socket is closed: `destroy_soon()`.

        By an exception: it is closed at once. Otherwise an error of the connection that no await
        in the block has raised is raised here.
        """
        try:
            if kind is not None or self._states.life is NEW:
                self.destroy()
            else:
                self.destroy_soon()
            try:
                await self._until_closed()
            except asyncio.CancelledError:
                self.destroy()
                raise
            if self._states.trouble is UNTOLD:
                untold = self._states.raised()
                if kind is None:
                    raise untold
        finally:
            self._disown()

    # State

    @property
    def server(self) -> Server | None:
        """The server that accepted this connection."""
        return self._server

    @property
    def connecting(self) -> bool:
        """Whether `connect()` is under way. Node: `net`, "socket.connecting"."""
        return self._dialer is not None and not self._dialer.has_given_up

    @property
    def pending(self) -> bool:
        """Whether there is no connection yet. Node: `net`, "socket.pending"."""
        is_bound = self._local_end is not None and self._local_end.bound is not None
        return self.connecting or (self.fileno() < 0 and not is_bound)

    @property
    def ready_state(self) -> str:
        """`"opening"`, `"open"`, `"readOnly"`, `"writeOnly"` or `"closed"`.

        Node: `net`, "socket.readyState".
        """
        return "opening" if self.connecting else READY_STATES[self.readable, self.writable]

    @property
    def destroyed(self) -> bool:
        """Whether the connection is gone for good. Node: `net`, "socket.destroyed"."""
        return self._states.destroyed

    @property
    def closed(self) -> bool:
        """Whether `close` has been emitted. Node: `stream`, "readable.closed"."""
        return self._states.closed

    @property
    def errored(self) -> BaseException | None:
        """The error that destroyed the socket. Node: `stream`, "readable.errored"."""
        return self._states.error

    # Addresses

    def address(self) -> AddressInfo | None:
        """Our end, or `None` without a TCP connection. Node: `net`, "socket.address()"."""
        name = self._own_name()
        return info(name) if isinstance(name, tuple) else None

    @property
    def local_address(self) -> str | None:
        """Our IP address, or the path that a `BoundSocket` bound us to; `None` without either.

        Node: `net`, "socket.localAddress".
        """
        path = self._local_end.path if self._local_end is not None else None
        return path if path is not None else _address(self._own_name())

    @property
    def local_port(self) -> int | None:
        """Our port. Node: `net`, "socket.localPort"."""
        return _port(self._own_name())

    @property
    def local_family(self) -> str | None:
        """`"IPv4"` or `"IPv6"`. Node: `net`, "socket.localFamily"."""
        return _family(self._own_name())

    @property
    def remote_address(self) -> str | None:
        """The peer's IP address.

        That of a connection that a server accepted is known for good, whatever became of it. Of
        others, once destroyed, only if it was asked for before. Node: `net`,
        "socket.remoteAddress".
        """
        return _address(self._peer())

    @property
    def remote_port(self) -> int | None:
        """The peer's port. Node: `net`, "socket.remotePort"."""
        return _port(self._peer())

    @property
    def remote_family(self) -> str | None:
        """`"IPv4"` or `"IPv6"`. Node: `net`, "socket.remoteFamily"."""
        return _family(self._peer())

    def _own_name(self) -> Name:
        local = self._local_end
        if local is not None and local.bound is not None:
            return local.name
        return io.local_name(self)

    def _peer(self) -> Name:
        """The peer's name; once asked for it is remembered, for it goes with the connection."""
        if self._peer_name is None and not self.connecting:
            self._peer_name = io.remote_name(self)
        return self._peer_name

    def __repr__(self) -> str:
        """Both ends of the connection, and its state."""
        life, other = self._states.life, self._other_end()
        arrow = ("<-" if self._server is not None else "->") if other else ""
        state = self.ready_state if life is OPEN else life.name.lower()
        return as_shown(self, place(self._own_name()), arrow, other, state)

    def _other_end(self) -> str:
        """The peer, in one word: its address, or what `connect()` was asked for."""
        peer = place(self._peer_name or io.remote_name(self))
        return peer or ("" if self._request is None else self._request.goal)

    @property
    def auto_select_family_attempted_addresses(self) -> list[str] | None:
        """The addresses that `connect()` has tried, as `"address:port"`, the last one last.

        `None` where there was but one to try. Node: `net`,
        "socket.autoSelectFamilyAttemptedAddresses".
        """
        return self._dialer.tried if self._dialer is not None else self._tried

    # Options

    def set_no_delay(self, enable: bool = True) -> Self:
        """Sends small writes at once (`enable`: the default of every connection), or has them wait
        for more (Nagle's algorithm).

        May be called before there is a connection. Nothing happens on a local socket. Node: `net`,
        "socket.setNoDelay()".
        """
        check_bool(enable, "enable")
        self._set_options().no_delay = enable
        if self._is_tcp():
            named(lambda: io.set_no_delay(self, enable))
        return self

    def set_keep_alive(
        self,
        enable: bool = False,
        initial_delay: float = 0.0,
        interval: float = 1.0,
        count: int = 10,
    ) -> Self:
        """Has the system probe an idle peer after `initial_delay` seconds (0: leave as it is).

        Then every `interval` seconds; the connection is given up after `count` probes without an
        answer. Whole seconds: the system knows no finer ones. Nothing happens on a local socket.
        Node: `net`, "socket.setKeepAlive()".
        """
        check_bool(enable, "enable")
        probes = check_keep_alive(initial_delay, interval, count)
        self._set_options().keep_alive = probes if enable else None
        if self._is_tcp():
            named(lambda: set_keep_alive(self, probes if enable else None))
        return self

    def set_type_of_service(self, tos: int) -> Self:
        """Marks packets with a type of service (IPv4) or traffic class (IPv6), 0 to 255.

        May be called before there is a connection. Node: `net`, "socket.setTypeOfService()".
        """
        value = check_type_of_service(tos, "tos")
        self._set_options().type_of_service = value
        if self._is_tcp():
            named(lambda: set_type_of_service(self, value))
        return self

    def get_type_of_service(self) -> int:
        """The type of service, or traffic class, of packets that are sent.

        Node: `net`, "socket.getTypeOfService()".
        """
        self._check_here("ask for an option")
        if self._is_tcp():
            return named(lambda: io.get_type_of_service(self, is_ipv6(self)), "getsockopt")
        return (self._options.type_of_service if self._options is not None else None) or 0

    def _is_tcp(self) -> bool:
        """Whether there is a connection to set options on, and it is TCP's."""
        return not self.connecting and is_tcp(self)

    def _set_options(self) -> Options:
        """The options to set on this connection, and on one that is still to come."""
        self._check_here("set an option")
        if self._options is None:
            self._options = Options()
        return self._options

    def ref(self) -> Self:
        """Lets the socket, while it is active, keep the program alive: the default.

        Node: `net`, "socket.ref()".
        """
        return self._set_reference(True, "ref")

    def unref(self) -> Self:
        """Lets the program end in spite of this socket. Node: `net`, "socket.unref()"."""
        return self._set_reference(False, "unref")

    def _set_reference(self, referenced: bool, what: str) -> Self:
        self._check_here(what)
        io.set_ref(self, referenced)
        self._referenced = referenced
        if self._dialer is not None:
            self._dialer.set_ref(referenced)
        return self

    # Time

    def set_timeout(self, seconds: float, callback: Callback | None = None) -> Self:
        """Emits `timeout` after so many seconds without a byte; the connection stays open.

        0 turns it off. `callback` is added (taken off, with 0) as a listener for one `timeout`.
        Raises `ValueError` (`ERR_OUT_OF_RANGE`). Node: `net`, "socket.setTimeout()".
        """
        seconds = check_seconds(seconds, "seconds")
        check_callback(callback)
        self._check_here("set a timeout")
        if self._states.destroyed:
            return self
        self._timeout = seconds
        io.set_idle(self, self._runtime.reactor, seconds)
        if callback is not None:
            if seconds:
                self.once("timeout", callback)
            else:
                self.off("timeout", callback)
        return self

    @property
    def timeout(self) -> float | None:
        """Seconds without a byte before `timeout`; may be set. Node: `net`, "socket.timeout"."""
        return self._timeout

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        self.set_timeout(check_seconds(seconds, "timeout"))

    def _on_timeout(self) -> None:
        if self._states.destroyed:
            return
        if io.is_resting(self):
            # What has an event's first turn still to come is not idle: the clock begins again.
            io.set_idle(self, self._runtime.reactor, self._timeout or 0.0)
        else:
            self._emit("timeout")

    # Handing over

    def _depart(self) -> Departure:
        """Gives the connection away, with all that goes with it; this object is then destroyed."""
        self._check_here("hand over")
        check_departure(self)
        reader, peer = self._reader, self._peer_name or io.remote_name(self)
        fd = io.detach(self)
        assert fd is not None, "a socket with a descriptor can give it away"
        departure = Departure(
            fd=fd,
            is_socket=is_socket(fd),
            peer=peer,
            waiting=b"" if reader is None else reader.take(),
            decoder=None if reader is None else reader.decoder,
            encoding=None if reader is None else reader.encoding,
            allow_half_open=self.allow_half_open,
            high_water_mark=self._mark,
            timeout=self._timeout,
            referenced=self._referenced,
            context=None if self._context is None else self._context.copy(),
            shared=self._shared,
            counted=self._counted,
        )
        if self._counted is not None:
            self._runtime.closers.discard(self._counted)
            self._counted = None
        self.destroy()
        return departure

    def _move(self) -> None:
        """The connection that left goes on in another thread: nothing more may be asked here."""
        self._states.life = MOVE[self._states.life]

    @classmethod
    def _expecting(cls, departure: Departure) -> Socket:
        """A socket with the options of a connection that is still to arrive."""
        socket = Socket(
            allow_half_open=departure.allow_half_open,
            high_water_mark=departure.high_water_mark,
        )
        socket._options = None  # the descriptor has them
        if departure.context is not None:
            socket._context = departure.context
        socket._get_reader().continue_with(departure.decoder, departure.encoding)
        socket._timeout = departure.timeout
        socket._referenced = departure.referenced
        socket._shared = departure.shared
        socket._counted = departure.counted
        return socket

    def _arrive(self, departure: Departure, *, reading: bool) -> None:
        """The connection has arrived, in the thread of the running loop.

        With `reading`, bytes are read up to the high-water mark before they are asked for.
        """
        with departure:
            if self._states.destroyed:
                return  # the socket was destroyed before the connection arrived
            self._runtime = current()
            try:
                self._enter(departure, reading=reading)
            except OSError as error:
                self.destroy(error)
                return
        io.set_ref(self, self._referenced)
        if self._timeout:
            self.set_timeout(self._timeout)


# For `create_connection()` and `open_connection()`


def dial(socket: Socket, request: ConnectRequest) -> None:
    """Connects as the request says."""
    socket._dial(request)


def expect_awaits(socket: Socket) -> None:
    """A coroutine opened the connection: an error of it comes out of its next await."""
    states = socket._states
    states.hearing = AWAIT[states.hearing]


# For the server that accepted a connection


def hold_back(socket: Socket) -> None:
    """Reads not one byte until `resume()`: `pause_on_connect`."""
    socket._get_reader().hold()


def own(socket: AnySocket) -> None:
    """Somebody owns the connection's end and its errors, until `disown()`."""
    socket._own()


def disown(socket: AnySocket) -> None:
    """Takes one `own()` back: without an owner, our end follows the peer's."""
    socket._disown()


def forget_error(socket: AnySocket) -> None:
    """Nobody was ever given the connection: nobody is told how it broke."""
    if socket._states.trouble is UNTOLD:
        socket._states.raised()


def disown_later(socket: AnySocket) -> None:
    """Takes one `own()` back, once the coroutine that was given the socket has had its turn."""
    socket._runtime.after_rounds(ROUNDS, socket._disown)


def serve(socket: AnySocket, coroutine: Work[object]) -> Job:
    """Runs a listener of `connection`, which owns the connection."""
    return socket._serve(coroutine)


def mark_shared(socket: Socket) -> None:
    """Another process has, or had, a copy of the descriptor: our close says nothing to the peer."""
    socket._shared = True


# For those who hand connections over


def is_piped(socket: Socket) -> bool:
    """Whether what is read goes to another socket."""
    reader = socket._reader
    return reader is not None and reader.pipes is not None and bool(reader.pipes.all)


def fills_buffer(socket: Socket) -> bool:
    """Whether reads go into a buffer of the user's own."""
    return socket._reader is not None and socket._reader.fills_buffer


def depart(socket: Socket) -> Departure:
    """Takes the connection out of a socket, which is then destroyed.

    Raises `RuntimeError`: `ERR_SOCKET_BYTES_WAITING` where bytes are still to be written,
    `ERR_SOCKET_CLOSED` where there is no connection.
    """
    return socket._depart()


def leave_thread(socket: Socket) -> Departure:
    """Like `depart()`, to another thread: whatever is asked of `socket` from now on is refused."""
    departure = socket._depart()
    socket._move()
    return departure


def arrive(departure: Departure) -> Socket:
    """A socket for a connection that comes from another process; bytes are read at once."""
    socket = Socket._expecting(departure)
    socket._arrive(departure, reading=True)
    return socket


def expect(departure: Departure) -> Socket:
    """A socket for a connection that is on its way to another thread: there, it `come_in()`s."""
    return Socket._expecting(departure)


def come_in(socket: Socket, departure: Departure) -> None:
    """The connection has arrived. Nothing is read of it until data is asked for."""
    socket._arrive(departure, reading=False)


def copy_of(socket: Socket) -> int:
    """A copy of the descriptor for another process: our close says nothing to the peer any more."""
    copy = os.dup(socket.fileno())
    # All copies share this flag; a Node process that gets a blocking one would hang.
    os.set_blocking(copy, False)
    socket._shared = True
    return copy


def _address(name: Name) -> str | None:
    return name[0] if isinstance(name, tuple) else None


def _port(name: Name) -> int | None:
    return name[1] if isinstance(name, tuple) else None


def _family(name: Name) -> str | None:
    return f"IPv{name[2]}" if isinstance(name, tuple) else None
