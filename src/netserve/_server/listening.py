"""The listening side of a server: from `listen()` to a descriptor that accepts."""

from __future__ import annotations

import asyncio
import contextvars
import ipaddress
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from .._address.block_list import BlockList
from .._address.info import AddressInfo, info
from .._address.lookup import resolve
from .._arguments import check_callback
from .._core import Listener, WorkerListener
from .._errors import StateError
from .._events.abort import AbortSignal, error_of, on_abort
from .._runtime import unsettled
from .accept_queue import AcceptQueue
from .listen_request import DEFAULT_BACKLOG, ListenRequest, Place, bind, literal, understand

if TYPE_CHECKING:
    from .._runtime import Runtime
    from .._socket.socket import Socket

Callback = Callable[..., Any]
Addresses = list[tuple[str, int]]


def listen_alone(server: Listening, request: ListenRequest, addresses: Addresses) -> bool:
    """Nobody else listens for this process."""
    return False


# A cluster's worker asks its primary to listen, in place of `bind()`. Whether it did.
ask_primary: Callable[[Any, ListenRequest, Addresses], bool] = listen_alone


class Listening(AcceptQueue):
    """A server's `listen()`: understand the request, find the addresses, bind, adopt, announce."""

    _runtime: Runtime
    _context: contextvars.Context
    _sockets: set[Socket]
    _no_delay: bool
    _keep_alive: int | None
    _block_list: BlockList | None
    _limit: int | None = None
    _referenced = True
    _listener: Listener | WorkerListener | None = None
    _place: Place | None = None
    # The primary of a cluster accepts for us.
    _dealt = False
    # A host's name is being looked up, or the server is on its way from another thread.
    _pending: ListenRequest | None = None
    # The error of a failed `listen()` is about to be emitted.
    _failing = False
    # Another thread's loop has what this one had.
    _moved = False
    _ready: tuple[asyncio.Future[None], ...] = ()
    _forget_signal: Callable[[], Any] | None = None

    def listen(
        self,
        target: Any = None,
        host: Any = None,
        backlog: Any = DEFAULT_BACKLOG,
        callback: Callback | None = None,
        *,
        port: Any = None,
        path: Any = None,
        fd: int | None = None,
        handle: Any = None,
        exclusive: bool = False,
        readable_all: bool = False,
        writable_all: bool = False,
        ipv6_only: bool = False,
        reuse_port: bool = False,
        signal: Any = None,
    ) -> Self:
        """Starts to listen: on a port (default: one that the system chooses), a path or a handle.

        `target` is a port, a path, another `Server`, a `Socket`, a `socket.socket` or an object
        with `fileno()` (these keep their descriptor; a number given as `fd` becomes ours), or a
        `BoundSocket`, which is adopted.
        `backlog` is the length of the kernel's queue, which the system may cap. `callback` is
        added for `listening`. An aborted `signal` closes the server. Failures (`EADDRINUSE`, ...)
        are `error` events, after which `listen()` may be called again; wrong arguments raise
        `TypeError` or `ValueError`, a server that listens `RuntimeError`
        (`ERR_SERVER_ALREADY_LISTEN`). Node: `net`, "server.listen()".
        """
        if callable(host) and callback is None:
            host, callback = None, host
        elif callable(backlog) and callback is None:
            backlog, callback = DEFAULT_BACKLOG, backlog
        elif callable(target) and callback is None and not hasattr(target, "fileno"):
            target, callback = None, target
        check_callback(callback)
        request = understand(
            target,
            host,
            backlog,
            port=port,
            path=path,
            fd=fd,
            handle=handle,
            signal=signal,
            exclusive=exclusive,
            readable_all=readable_all,
            writable_all=writable_all,
            ipv6_only=ipv6_only,
            reuse_port=reuse_port,
        )
        self._check_here("listen")
        if self._listener is not None or self._pending is not None:
            message = "listen() on a server that listens already: close() it first"
            raise StateError(message, "ERR_SERVER_ALREADY_LISTEN")
        if callback is not None:
            self.once("listening", callback)
        self._watch_signal(request)
        self._find(request)
        return self

    def _check_here(self, what: str) -> None:
        """Refuses what is asked of a server that goes on in another thread."""
        if self._moved:
            message = f"can't {what}: the server was moved to another thread"
            raise StateError(message, "ERR_STREAM_DESTROYED")

    def _watch_signal(self, request: ListenRequest) -> None:
        signal = request.signal
        if signal is None:
            return
        if signal.aborted:
            self._runtime.defer(self._call_off, signal)
        else:
            self._forget_signal = on_abort(signal, lambda: self._call_off(signal))

    def _call_off(self, signal: AbortSignal) -> None:
        """Closes; who waits for the server to listen is told why it never will."""
        waiters, self._ready = self._ready, ()
        for waiter in unsettled(waiters):
            waiter.set_exception(error_of(signal))
        self.close()

    def _find(self, request: ListenRequest) -> None:
        """Finds the addresses of a host; what needs no looking up is bound now."""
        addresses = literal(request)
        if addresses == []:
            self._open(request, [])
            return
        self._pending = request
        self._runtime.reactor.hold()
        if addresses is not None:
            self._runtime.defer(self._found, request, addresses, None)
        else:
            self._runtime.with_loop(lambda loop: self._look_up(request, loop))

    def _look_up(self, request: ListenRequest, loop: asyncio.AbstractEventLoop) -> None:
        async def look_up() -> None:
            try:
                found = await resolve(loop, request.host or "")
            except OSError as error:
                self._found(request, [], error)
            else:
                # The first one, in the system's order; one that is good for one link only, last.
                self._found(request, sorted(found, key=_is_link_local), None)

        self._runtime.spawn(look_up(), self._fail)

    def _found(self, request: ListenRequest, addresses: Addresses, error: OSError | None) -> None:
        self._runtime.reactor.release()
        if self._pending is not request:
            return
        self._pending = None
        if error is not None:
            self._fail(error)
        else:
            self._open(request, addresses)

    def _open(self, request: ListenRequest, addresses: Addresses) -> None:
        """Binds, adopts the descriptor, announces."""
        if ask_primary(self, request, addresses):
            return
        try:
            bound = bind(request, addresses)
        except OSError as error:
            self._failing = True
            self._runtime.defer(self._fail, error)
            return
        self._adopt(bound.fd, bound)

    def _adopt(self, fd: int, place: Place) -> None:
        """Accepts on a listening descriptor."""
        listener = Listener(
            self._runtime.reactor,
            fd,
            self,
            live=len(self._sockets),
            limit=self._limit,
            no_delay=self._no_delay,
            keep_alive=self._keep_alive,
            block_list=self._block_list._core if self._block_list is not None else None,
        )
        self._begin(listener, place)

    def _begin(self, listener: Listener | WorkerListener, place: Place) -> None:
        self._listener = listener
        self._place = place
        listener.set_ref(self._referenced)
        listener.resume()
        self._runtime.defer(self._announce, listener)

    def _announce(self, listener: Listener | WorkerListener) -> None:
        if self._listener is listener:
            settle(self._ready)
            self._emit("listening")

    def _fail(self, error: BaseException) -> None:
        """`listen()` came to nothing; it may be called again."""
        self._failing = False
        if self._forget_signal is not None:
            self._forget_signal()
        self._emit_error(error)

    def _emit_error(self, error: BaseException) -> None:
        """Tells everybody; whoever awaits is a listener, too."""
        waiters, self._ready = self._ready, ()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_exception(error)
        taken = self._end_queue(error)
        if self._has("error") or not (waiters or taken):
            self._emit("error", error)

    @property
    def _opening(self) -> bool:
        """Whether `listen()` was called and nothing has come of it yet."""
        return self._pending is not None or self._failing

    async def wait_listening(self) -> None:
        """Waits until the server listens. Raises the error that keeps it from that.

        Raises `AbortError` when the signal of `listen()` is aborted meanwhile, and `RuntimeError`
        (`ERR_SERVER_NOT_RUNNING`) when `listen()` has not been called or `close()` has.
        """
        if self._listener is not None:
            return
        self._check_here("wait")
        if not self._opening:
            raise not_running()
        waiter: asyncio.Future[None] = self._runtime.future()
        self._ready = (*unsettled(self._ready), waiter)
        await waiter

    @property
    def listening(self) -> bool:
        """Whether the server listens. Node: `net`, "server.listening"."""
        return self._listener is not None

    def address(self) -> AddressInfo | str | None:
        """Where the server listens: address, family and port, or the path; `None` if it doesn't.

        Node: `net`, "server.address()".
        """
        if self._listener is None:
            return None
        if self._place is not None and self._place.path is not None:
            return self._place.path
        name = self._listener.name()
        return info(name) if isinstance(name, tuple) else name

    def fileno(self) -> int:
        """The descriptor's number, or -1 when the server does not listen. It stays ours."""
        return self._listener.fileno() if self._listener is not None else -1

    def ref(self) -> Self:
        """Lets the server keep the program alive while it listens: the default.

        Node: `net`, "server.ref()".
        """
        return self._set_ref(True)

    def unref(self) -> Self:
        """Lets the program end in spite of this server. Node: `net`, "server.unref()"."""
        return self._set_ref(False)

    def _set_ref(self, referenced: bool) -> Self:
        self._check_here("ref" if referenced else "unref")
        self._referenced = referenced
        if self._listener is not None:
            self._listener.set_ref(referenced)
        return self

    # What a whole server supplies

    def close(self, callback: Callback | None = None, *, timeout: float | None = None) -> Self:
        """Stops accepting."""
        raise NotImplementedError

    def _emit(self, event: str, *args: Any) -> None:
        raise NotImplementedError


def _is_link_local(name: tuple[str, int]) -> bool:
    address, version = name
    return version == 6 and ipaddress.IPv6Address(address).is_link_local


def settle(waiters: tuple[asyncio.Future[None], ...]) -> None:
    """What was waited for is there."""
    for waiter in waiters:
        if not waiter.done():
            waiter.set_result(None)


def not_running() -> StateError:
    """The server does not listen."""
    return StateError("the server is not running: call listen() first", "ERR_SERVER_NOT_RUNNING")
