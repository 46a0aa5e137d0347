"""`Listening`: one `listen()` of a server, from what was asked for until it is closed.

It owns its request, the signal that may call it off, those who wait for it, and what came of it: an
acceptor and its place. A server has at most one; one that failed or was called off is no longer the
server's, and whatever it has still to say changes nothing for the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from .._address.info import is_link_local
from .._address.lookup import resolve
from .._core import BlockList, Listener, Reactor, WorkerListener
from .._events.abort import error_of, on_abort
from .._waiters import Waiters
from .binder import Addresses, Place, binders
from .listen_request import ListenRequest, literal

if TYPE_CHECKING:
    from .._runtime import Runtime
    from .server import Server

Acceptor = Listener | WorkerListener


class AcceptOptions(NamedTuple):
    """What an acceptor is made with."""

    reactor: Reactor
    # The server: `_on_connection`, `_on_drop` and `_on_accept_error` are called.
    owner: Any
    live: int
    limit: int | None
    no_delay: bool
    # Seconds before the first probe and between two, and how many of them; `None`: off.
    keep_alive: tuple[float, float, int] | None
    # Seconds that what was sent may go unacknowledged; `None`: the system's own.
    user_timeout: float | None
    block_list: BlockList | None
    # For a worker: what is above the limit is dropped, not given back.
    drop_above: bool


class Listening:
    """One `listen()`. A binder answers with one of `adopt()`, `begin()` and `fail()`."""

    def __init__(self, server: Server, runtime: Runtime, request: ListenRequest) -> None:
        self.server = server
        self._runtime = runtime
        self.request = request
        # The coroutines that wait until the server listens.
        self.waiters: Waiters[None] = Waiters()
        self.acceptor: Acceptor | None = None
        self.place: Place | None = None
        # Another process has copies of the descriptors of the connections.
        self.is_shared = False
        self._holds = 0
        self._forget_signal: Callable[[], object] = _nothing

    @property
    def wanted(self) -> bool:
        """Whether the server still waits to be told what came of this."""
        return self.server._is_opening(self)

    # From the request to a binder

    def start(self) -> None:
        """Watches the signal, finds the addresses of the host, and has them bound."""
        self._watch_signal()
        addresses = literal(self.request)
        early = addresses is not None and not self._runtime.attached
        if addresses == [] or early:
            # Early: no loop drives it yet, and a process that forks now is to share the address.
            self._bind(addresses or [])
            return
        self.hold()
        if addresses is not None:
            self._runtime.defer(self._found, addresses)
        else:
            self._runtime.with_loop(self._look_up)

    def _watch_signal(self) -> None:
        signal = self.request.signal
        if signal is None:
            return
        if signal.aborted:
            self._runtime.defer(self._call_off)
        else:
            self._forget_signal = on_abort(signal, self._call_off)

    def _call_off(self) -> None:
        """The signal was aborted: closes the server, and fails its waiters with the reason."""
        signal = self.request.signal
        if signal is not None:
            self.waiters.fail(error_of(signal))
        if self.acceptor is not None or self.wanted:
            self.server.close()

    def _look_up(self, loop: asyncio.AbstractEventLoop) -> None:
        self._runtime.spawn(self._resolve(loop), self._resolved)

    async def _resolve(self, loop: asyncio.AbstractEventLoop) -> None:
        found = await resolve(loop, self.request.host or "")
        # The first address is bound: that of the system's order, link-local ones last.
        self._found(sorted(found, key=_is_link_local))

    def _resolved(self, error: BaseException | None) -> None:
        """The lookup has ended. What it raised is why the server can't listen."""
        if error is None or isinstance(error, asyncio.CancelledError):
            return
        self.release()
        if self.wanted:
            self.fail(error)

    def _found(self, addresses: Addresses) -> None:
        self.release()
        if self.wanted:
            self._bind(addresses)

    def _bind(self, addresses: Addresses) -> None:
        binders.choose().bind(self, addresses)

    def hold(self) -> None:
        """Keeps the program alive until `release()`: a resolver or a primary was asked."""
        self._holds += 1
        self._runtime.reactor.hold()

    def release(self) -> None:
        """Takes one `hold()` back; without one, nothing happens."""
        if self._holds:
            self._holds -= 1
            self._runtime.reactor.release()

    def take_waiters(self) -> Waiters[None]:
        """Those who wait, for somebody else to wake: they hear nothing of what comes of this."""
        waiters, self.waiters = self.waiters, Waiters()
        return waiters

    # What a binder answers

    def adopt(self, fd: int, place: Place) -> None:
        """Accepts on a listening descriptor, which is taken over."""
        self.begin(lambda options: _listener(fd, options), place)

    def begin(self, make: Callable[[AcceptOptions], Acceptor], place: Place) -> None:
        """Accepts with whatever `make()` makes."""
        self.acceptor = make(self.server._accept_options())
        self.place = place
        self.is_shared = place.shared
        self.server._begun(self)

    def fail(self, error: BaseException) -> None:
        """Ends this `listen()` with an `error` event; it may be called again."""
        self._forget_signal()
        self.server._failed(self, error)

    def fail_soon(self, error: BaseException) -> None:
        """Ends it with an `error` event after the call of `listen()` has returned."""
        self.server._about_to_fail(self)
        self._runtime.defer(self.fail, error)

    # The end

    def close(self) -> None:
        """Lets go of the signal, the acceptor and the place: the server listens no more."""
        self._forget_signal()
        acceptor, self.acceptor = self.acceptor, None
        place, self.place = self.place, None
        if acceptor is not None:
            acceptor.close()
        if place is not None:
            place.release()


def _nothing() -> None:
    """In place of a function that stops watching a signal."""


def _listener(fd: int, options: AcceptOptions) -> Listener:
    return Listener(
        options.reactor,
        fd,
        options.owner,
        live=options.live,
        limit=options.limit,
        no_delay=options.no_delay,
        keep_alive=options.keep_alive,
        user_timeout=options.user_timeout,
        block_list=options.block_list,
    )


def _is_link_local(name: tuple[str, int]) -> bool:
    address, version = name
    return version == 6 and is_link_local(address)
