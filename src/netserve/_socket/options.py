"""What can be asked of a connection, and what can be set on it."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from .._arguments import check_bool, check_callback, check_seconds
from .._errors import out_of_range, system_error, wrong_type
from .._events.abort import AbortSignal, error_of, on_abort
from .endpoints import Endpoints
from .socket_events import Callback

if TYPE_CHECKING:
    from .._server.server import Server


class SocketOptions(Endpoints):
    """Options and state, as properties."""

    _referenced = True
    _is_path = False
    _no_delay = False
    _keep_alive: tuple[float, float, int] | None = None
    _type_of_service: int | None = None
    _timeout: float | None = None

    # Options

    def set_no_delay(self, enable: bool = True) -> Self:
        """Sends small writes at once (`enable`), without waiting for more (Nagle's algorithm).

        May be called before there is a connection. Nothing happens on a local socket. Node: `net`,
        "socket.setNoDelay()".
        """
        check_bool(enable, "enable")
        self._check_here("set an option")
        self._no_delay = enable
        if self._is_tcp():
            with _named():
                self._set_no_delay(enable)
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
        delay = check_seconds(initial_delay, "initial_delay")
        interval = check_seconds(interval, "interval")
        if isinstance(count, bool) or not isinstance(count, int):
            raise wrong_type("count", "a whole number", count)
        if not 1 <= count <= 127:
            raise out_of_range("count", "from 1 to 127", count)
        self._check_here("set an option")
        self._keep_alive = (delay, interval, count) if enable else None
        if self._is_tcp():
            with _named():
                self._set_keep_alive(enable, int(delay), max(1, int(interval)), count)
        return self

    def set_type_of_service(self, tos: int) -> Self:
        """Marks packets with a type of service (IPv4) or traffic class (IPv6), 0 to 255.

        May be called before there is a connection. Node: `net`, "socket.setTypeOfService()".
        """
        _check_tos(tos, "tos")
        self._check_here("set an option")
        self._type_of_service = tos
        if self._is_tcp():
            with _named():
                self._set_type_of_service(tos, self.local_family == "IPv6")
        return self

    def get_type_of_service(self) -> int:
        """The type of service, or traffic class, of packets that are sent.

        Node: `net`, "socket.getTypeOfService()".
        """
        self._check_here("ask for an option")
        if self._is_tcp():
            with _named("getsockopt"):
                return self._get_type_of_service(self.local_family == "IPv6")
        return self._type_of_service or 0

    def _remember_options(
        self, no_delay: Any, keep_alive: Any, initial_delay: Any, type_of_service: Any
    ) -> None:
        """Options for a connection that is still to come."""
        self._no_delay = check_bool(no_delay, "no_delay")
        check_bool(keep_alive, "keep_alive")
        delay = check_seconds(initial_delay, "keep_alive_initial_delay")
        if keep_alive:
            self._keep_alive = (delay, 1.0, 10)
        if type_of_service is not None:
            self._type_of_service = _check_tos(type_of_service, "type_of_service")

    def _apply_options(self) -> None:
        """Sets what was remembered. A connection that its peer has reset already refuses that:
        its first read says so."""
        if self._no_delay:
            with contextlib.suppress(OSError):
                self.set_no_delay(True)
        if self._keep_alive is not None:
            with contextlib.suppress(OSError):
                self.set_keep_alive(True, *self._keep_alive)
        if self._type_of_service is not None:
            with contextlib.suppress(OSError):
                self.set_type_of_service(self._type_of_service)

    def _is_tcp(self) -> bool:
        return not self._connecting and isinstance(self._local_name(), tuple)

    def ref(self) -> Self:
        """Lets the socket, while it is active, keep the program alive: the default.

        Node: `net`, "socket.ref()".
        """
        self._check_here("ref")
        self._set_ref(True)
        self._referenced = True
        if self._attempt is not None:
            self._attempt.set_ref(True)
        return self

    def unref(self) -> Self:
        """Lets the program end in spite of this socket. Node: `net`, "socket.unref()"."""
        self._check_here("unref")
        self._set_ref(False)
        self._referenced = False
        if self._attempt is not None:
            self._attempt.set_ref(False)
        return self

    # A signal

    def _obey(self, signal: AbortSignal) -> None:
        """Is destroyed with it. One that was aborted before never begins to connect."""
        if signal.aborted:
            self._stillborn = True
            self._runtime.defer(self.destroy, error_of(signal))
        else:
            self._forget_signal = on_abort(signal, lambda: self.destroy(error_of(signal)))

    # Time

    def set_timeout(self, seconds: float, callback: Callback | None = None) -> Self:
        """Emits `timeout` after so many seconds without a byte; the connection stays open.

        0 turns it off. `callback` is added (taken off, with 0) as a listener for one `timeout`.
        Raises `ValueError` (`ERR_OUT_OF_RANGE`). Node: `net`, "socket.setTimeout()".
        """
        seconds = check_seconds(seconds, "seconds")
        check_callback(callback)
        self._check_here("set a timeout")
        if self._destroyed:
            return self
        self._timeout = seconds
        self._set_idle(self._runtime.reactor, seconds)
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
        if not self._destroyed:
            self._emit("timeout")

    # State

    @property
    def server(self) -> Server | None:
        """The server that accepted this connection."""
        return self._server

    @property
    def connecting(self) -> bool:
        """Whether `connect()` is under way. Node: `net`, "socket.connecting"."""
        return self._connecting

    @property
    def pending(self) -> bool:
        """Whether there is no connection yet. Node: `net`, "socket.pending"."""
        return self._connecting or (self.fileno() < 0 and self._reserved is None)

    @property
    def ready_state(self) -> str:
        """`"opening"`, `"open"`, `"readOnly"`, `"writeOnly"` or `"closed"`.

        Node: `net`, "socket.readyState".
        """
        if self._connecting:
            return "opening"
        states = {(True, True): "open", (True, False): "readOnly", (False, True): "writeOnly"}
        return states.get((self.readable, self.writable), "closed")

    @property
    def readable_flowing(self) -> bool | None:
        """Whether data goes to listeners as it comes; `None` before anybody asked for it.

        Node: `stream`, "readable.readableFlowing".
        """
        return self._flowing

    @property
    def readable_encoding(self) -> str | None:
        """What `set_encoding()` set, by Python's name. Node: "readable.readableEncoding"."""
        return self._encoding

    @property
    def readable_did_read(self) -> bool:
        """Whether anybody has been given data. Node: `stream`, "readable.readableDidRead"."""
        return self.bytes_read > self.readable_length

    @property
    def readable_aborted(self) -> bool:
        """Whether it was destroyed before `end`. Node: `stream`, "readable.readableAborted"."""
        return self._readable and self._destroyed and not self._end_emitted

    @property
    def writable_aborted(self) -> bool:
        """Whether it was destroyed before `finish`. Node: `stream`, "writable.writableAborted"."""
        return self._writable and self._destroyed and not self._finished

    @property
    def writable_corked(self) -> int:
        """How many `uncork()` calls are still to come. Node: "writable.writableCorked"."""
        return self._corks

    @property
    def destroyed(self) -> bool:
        """Whether the connection is gone for good. Node: `net`, "socket.destroyed"."""
        return self._destroyed

    @property
    def closed(self) -> bool:
        """Whether `close` has been emitted. Node: `stream`, "readable.closed"."""
        return self._closed

    @property
    def errored(self) -> BaseException | None:
        """The error that destroyed the socket. Node: `stream`, "readable.errored"."""
        return self._errored


@contextlib.contextmanager
def _named(syscall: str = "setsockopt") -> Iterator[None]:
    """Gives an error of the core's what every error of ours has."""
    try:
        yield
    except OSError as error:
        raise system_error(error.errno or errno.EINVAL, syscall) from None


def _check_tos(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type(name, "a whole number", value)
    if not 0 <= value <= 255:
        raise out_of_range(name, "from 0 to 255", value)
    return value
