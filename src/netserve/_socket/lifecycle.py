"""What a socket remembers of its life, in one place.

Everything here is set on the instance when a life begins: reading an attribute of the instance
costs a fifth of reading a default of the class, and each connection reads most of them. Not
quite thirty attributes fit into an object before it needs a dictionary, and a user may want to add
his own: what is seldom set stays a default of the class.
"""

from __future__ import annotations

import asyncio
import codecs
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .._core import Stream
from .._errors import StateError
from .._events.emitter import EventEmitter
from .._runtime import unsettled

if TYPE_CHECKING:
    from .._address.block_list import BlockList
    from .._runtime import Runtime
    from .._server.server import Server
    from .dialer import Attempt

Callback = Callable[..., Any]


# What an earlier life may have left, beside what `_begin_life` sets.
SELDOM = (
    "_quiet",
    "_awaited",
    "_corks",
    "_peer_name",
    "_soon",
    "_shared",
    "_asked",
    "_stillborn",
    "_unconnected",
)


class Lifecycle(EventEmitter, Stream):
    """The state of a socket."""

    # For good.
    _runtime: Runtime
    _server: Server | None
    # None: nobody has asked for data yet; False: paused on request.
    _flowing: bool | None
    _decoder: codecs.IncrementalDecoder | None
    _pipes: tuple[Any, ...]
    # What a descriptor that was handed over is used for.
    _readable: bool
    _writable: bool
    allow_half_open: bool
    """Whether our side stays open for writing once the peer has ended.

    Node: `net`, "new net.Socket([options])".
    """

    # For one life: connect() after close begins another.
    _begun: bool
    _connecting: bool
    _attempt: Attempt | None
    # What was read and nobody has taken.
    _waiting: bytearray | None
    _resume_due: bool
    # The peer's end: read, about to be emitted, emitted.
    _ended: bool
    _end_due: bool
    _end_emitted: bool
    # Our end: asked for, on its way.
    _ending: bool
    _finished: bool
    _destroyed: bool
    _closed: bool
    _errored: BaseException | None
    # Close with a reset.
    _resetting: bool
    # Who waits for what.
    _readers: list[asyncio.Future[None]] | None
    _drainers: list[asyncio.Future[None]] | None
    _flushes: deque[tuple[int, Callback]] | None
    _finish_callbacks: list[Callback] | None

    # Seldom set.
    # An error was reported already: no listener hears of it again.
    _quiet = False
    # Where `connect()` must not lead.
    _block_list: BlockList | None = None
    _forget_signal: Callable[[], Any] | None = None
    # Another process has, or had, a copy of the descriptor: our close says nothing to the peer.
    _shared = False
    # Another thread's loop has what this one had: there is no other life to come.
    _moved = False
    _closers: tuple[asyncio.Future[None], ...] = ()
    # Who reads or drains awaits, and hears of errors so; no listener is needed.
    _awaited = False
    # Data was asked for before there was a connection: it is read, even if nobody takes it now.
    _asked = False
    _corks = 0
    # Called off before it began.
    _stillborn = False
    # Destroyed before there was a connection.
    _unconnected = False

    def _begin_for_good(self, runtime: Runtime, server: Server | None) -> None:
        """The first life."""
        self._runtime = runtime
        self._server = server
        self._flowing = self._decoder = None
        self._pipes = ()
        self._readable = self._writable = True
        self.allow_half_open = False
        self._begin_life()

    def _begin_life(self) -> None:
        """Forgets everything about an earlier life."""
        self._begun = self._connecting = self._resume_due = False
        self._ended = self._end_due = self._end_emitted = False
        self._ending = self._finished = self._destroyed = self._closed = False
        self._resetting = False
        self._attempt = self._waiting = self._errored = None
        self._readers = self._drainers = self._flushes = self._finish_callbacks = None

    def _begin_again(self) -> None:
        """The next life, after `close`."""
        self._begin_life()
        for name in SELDOM:
            self.__dict__.pop(name, None)

    def _check_here(self, what: str) -> None:
        """Refuses what is asked of a socket that goes on in another thread."""
        if self._moved:
            raise self._destroyed_error(what)

    def _destroyed_error(self, what: str) -> StateError:
        fate = "was moved to another thread" if self._moved else "has been destroyed"
        return StateError(f"can't {what}: the socket {fate}", "ERR_STREAM_DESTROYED")

    async def _until_closed(self) -> None:
        if not self._closed:
            waiter: asyncio.Future[None] = self._runtime.future()
            self._closers = (*unsettled(self._closers), waiter)
            await waiter

    def _is_shared(self) -> bool:
        """Whether another process may have a copy of the descriptor."""
        return self._shared or (self._server is not None and self._server._dealt)
