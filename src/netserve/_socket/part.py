"""What the parts of a socket have in common: the states that they share, and their way back.

A part refers to its socket only while the connection lives, so that nothing is left for the garbage
collector afterwards. Private names of the socket's are used here and in no part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .._errors import StateError, destroyed_error
from .._events.calling import Caller, runtime_of
from .states import States

if TYPE_CHECKING:
    from .._runtime import Runtime
    from .socket import AnySocket as AnySocket

Callback = Callable[..., object]


class Part:
    """One side of a socket."""

    __slots__ = ("_socket", "_states")

    def __init__(self, socket: AnySocket, states: States) -> None:
        self._socket: AnySocket | None = socket
        self._states = states

    @property
    def socket(self) -> AnySocket:
        """The socket. Not to be asked for after `leave()`."""
        assert self._socket is not None, "a part was used after its connection"
        return self._socket

    @property
    def runtime(self) -> Runtime:
        """The runtime (reactor and loop) that drives the socket."""
        return self.socket._runtime

    def emit(self, event: str, *args: object) -> None:
        """Emits an event of the socket's, in its context."""
        if self._socket is not None:
            self._socket._emit(event, *args)

    def call(self, callback: Callback, *args: object) -> None:
        """Calls a callback as a listener of the socket's is called."""
        if self._socket is not None:
            self._socket._call(callback, *args)

    def defer(self, function: Callback, *args: object) -> None:
        """Calls it after the current event, before the next."""
        if self._socket is not None:
            self._socket._runtime.defer(function, *args)

    def has(self, states: States) -> bool:
        """Whether the socket has these states still: a listener may call connect(), which begins
        another life with others."""
        return self.socket._states is states

    def settle(self, states: States) -> None:
        """`end` or `finish` was emitted: what follows for that life is the socket's affair."""
        socket = self.socket
        if socket._states is states:
            socket._settle()

    def rest(self) -> None:
        """A coroutine was woken: it has its turn before the next event is told."""
        self.socket._rest(1)

    @property
    def is_shared(self) -> bool:
        """Whether another process may have a copy of the descriptor."""
        return self.socket._shared

    def leave(self) -> None:
        """The connection is over: forgets the socket."""
        self._socket = None


def gone(states: States, what: str) -> StateError:
    """The error of doing something (`what`) with a socket that is destroyed or moved."""
    why = "was moved to another thread" if states.moved else "has been destroyed"
    return StateError(f"can't {what}: the socket {why}", "ERR_STREAM_DESTROYED")


def why_over(states: States, what: str, code: str) -> BaseException:
    """The error of a coroutine that does something (`what`) with a connection that is over."""
    if states.error is not None:
        return states.raised()
    return gone(states, what) if states.moved else destroyed_error(what, code)


def have_same_loop(one: object, other: AnySocket) -> bool:
    """Whether two sockets are driven by one loop."""
    return isinstance(one, Caller) and runtime_of(one) is runtime_of(other)
