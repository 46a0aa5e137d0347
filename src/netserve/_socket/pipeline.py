"""`pipeline()`: sockets piped into each other, and the wait until all of that is over."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from .._errors import ArgumentTypeError, destroyed_error, wrong_type
from .._events.calling import Callback, join
from .._events.emitter import EventEmitter
from .._waiters import Waiters
from .socket import Socket

if TYPE_CHECKING:
    from .socket import AnySocket

__all__ = ["pipeline"]


async def pipeline(*sockets: AnySocket) -> None:
    """Pipes each socket into the next, and two of them both ways; returns when all is over.

    Two sockets are a proxy: `await netserve.pipeline(client, upstream)`. What one side sends
    arrives at the other, so does its end, and an answer that comes after that end still arrives
    (`allow_half_open` is set for both). It is over when both are closed. With more than two, the
    bytes go one way, from the first to the last: that is over when the first has ended and the last
    has finished; what the first would send, and the last would read, is left to the caller. A
    socket with itself is an echo.

    Raises the first error of any of them, and destroys the others (those of TCP with a reset, so
    that half of what was sent is never taken for all of it); a socket that is destroyed
    before its end is a `ConnectionAbortedError` (`ERR_STREAM_PREMATURE_CLOSE`). No other listener
    for `error` is needed. When the wait is cancelled, all of them are destroyed so. Anything but
    sockets, and fewer than two, are a `TypeError`. Node: `stream`, "stream.pipeline()".
    """
    for socket in sockets:
        if not isinstance(socket, Socket):
            raise wrong_type("each of sockets", "a Socket", socket)
    if len(sockets) < 2:
        message = f"pipeline() needs two sockets or more, not {len(sockets)}"
        raise ArgumentTypeError(message, "ERR_MISSING_ARGS")
    line = Line(sockets)
    try:
        await line.run()
    except BaseException:
        line.destroy()
        raise


class Line:
    """The sockets of one `pipeline()`, until it is over."""

    def __init__(self, sockets: tuple[AnySocket, ...]) -> None:
        steps = [*pairwise(sockets)]
        if len(sockets) == 2:
            steps.append((sockets[1], sockets[0]))
        self._steps = tuple(dict.fromkeys(steps))
        self._read = {source for source, _ in steps}
        self._written = {destination for _, destination in steps}
        self._sockets = tuple(dict.fromkeys(sockets))
        # The sockets that still have a part to do.
        self._left = set(sockets)
        # What each socket is listened to with, until it is closed or has nothing more to do.
        self._listeners: dict[AnySocket, tuple[tuple[str, Callback], ...]] = {}
        self._over: Waiters[None] = Waiters()

    async def run(self) -> None:
        """Pipes, and waits until every socket has done its part. Raises the first error."""
        for socket in self._sockets:
            join(socket)
        for socket in self._sockets:
            self._watch(socket)
        for source, destination in self._steps:
            source.pipe(destination)
        if self._left:
            await self._over.add()
        for socket in tuple(self._listeners):
            self._leave(socket)

    def destroy(self) -> None:
        """Destroys all of them, those of TCP with a reset: what was cut off is no end of data.
        Errors are heard until they are closed."""
        for socket in self._sockets:
            if socket.remote_family is not None and not socket.connecting:
                socket.reset_and_destroy()
            else:
                socket.destroy()

    def _watch(self, socket: AnySocket) -> None:
        part = self._part(socket)
        if part == "close":
            socket.allow_half_open = True  # its end is passed on, and the answer comes back
        if not socket.closed:
            self._listeners[socket] = (
                ("error", self._over.fail),
                ("close", lambda _: self._closed(socket)),
                (part, lambda *_: self._done(socket)),
            )
            emitter: EventEmitter = socket
            for event, listener in self._listeners[socket]:
                emitter.on(event, listener)
        if socket.destroyed:
            raise socket.errored or destroyed_error("pipe", "ERR_STREAM_PREMATURE_CLOSE")
        if (part == "end" and socket.readable_ended) or (
            part == "finish" and socket.writable_finished
        ):
            self._done(socket)

    def _leave(self, socket: AnySocket) -> None:
        emitter: EventEmitter = socket
        for event, listener in self._listeners.pop(socket, ()):
            emitter.off(event, listener)

    def _part(self, socket: AnySocket) -> str:
        """The event by which a socket has done all that it is here for."""
        if socket in self._read and socket in self._written:
            return "close"
        return "end" if socket in self._read else "finish"

    def _done(self, socket: AnySocket) -> None:
        self._left.discard(socket)
        if not self._left:
            self._over.wake(None)

    def _closed(self, socket: AnySocket) -> None:
        self._leave(socket)
        unread = socket in self._read and socket.readable_aborted
        unwritten = socket in self._written and socket.writable_aborted
        if socket.errored is not None or unread or unwritten:
            self._over.fail(socket.errored or destroyed_error("pipe", "ERR_STREAM_PREMATURE_CLOSE"))
