"""`pipe()`: what one socket reads, another writes.

Two netserve sockets are joined inside the core as long as the bytes go nowhere else: no
`data` listener, no encoding, no buffer of the user's own, one destination, of the same loop and
with no `write` of its own. Anything else with `write` and `end` is fed by events. Either way a
destination that is behind holds the source up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .._core import Stream, io
from .._types import Destination
from .part import have_same_loop

if TYPE_CHECKING:
    from .part import AnySocket


class Pipe:
    """One source on its way into one destination."""

    __slots__ = ("_pipes", "destination", "end", "first", "source", "stuck")

    def __init__(
        self, source: AnySocket, pipes: Pipes, destination: Any, *, end: bool, first: bool
    ) -> None:
        self.source = source
        self._pipes = pipes
        self.destination = destination
        self.end = end
        # Whether it was there before the listeners for `data`: then it gets each chunk before them.
        self.first = first
        # The destination has enough, and the source waits for its `drain`.
        self.stuck = False

    @property
    def events(self) -> tuple[tuple[Any, str, Callable[..., object]], ...]:
        """Emitters, events, listeners. Not kept, for the methods would keep the pipe alive."""
        return (
            (self.source, "end", self.source_ended),
            (self.destination, "close", self._destination_gone),
            (self.destination, "finish", self._destination_gone),
            (self.destination, "error", self._destination_failed),
            (self.destination, "drain", self._drained),
        )

    def open(self) -> None:
        """Begins to listen."""
        for emitter, event, listener in self.events:
            if event == "error":
                # The pipe is undone before other listeners hear of the error. An emitter that
                # can't say whether it has others is not listened to: its error would count as
                # handled.
                if hasattr(emitter, "prepend_listener") and hasattr(emitter, "listener_count"):
                    emitter.prepend_listener(event, listener)
            elif hasattr(emitter, "on"):
                emitter.on(event, listener)

    def close(self) -> None:
        """Listens no more, and holds the source up no more."""
        for emitter, event, listener in self.events:
            if hasattr(emitter, "off"):
                emitter.off(event, listener)
        self._drained()

    def feed(self, chunk: bytes | str) -> None:
        """Writes a chunk; a destination that has enough stops the source."""
        if self.destination.write(chunk) is False and self in self._pipes.all:
            self.stuck = True
            self.source.pause()

    def source_ended(self) -> None:
        """The source has ended: so does the destination, or the pipe."""
        if self.end:
            self.destination.end()
        else:
            self.source.unpipe(self.destination)

    def _drained(self) -> None:
        if self.stuck:
            self.stuck = False
            pipes = self._pipes.all
            taken = pipes or self.source.listener_count("data")
            if taken and not any(pipe.stuck for pipe in pipes):
                self.source.resume()

    def _destination_gone(self, *_: object) -> None:
        self.source.unpipe(self.destination)

    def _destination_failed(self, error: BaseException) -> None:
        """Undoes the pipe. An error that has no other listener is emitted again, to be raised."""
        self.source.unpipe(self.destination)
        if not self.destination.listener_count("error"):
            self.destination.emit("error", error)


class Pipes:
    """The destinations that a socket is piped to."""

    __slots__ = ("_socket", "all")

    def __init__(self, socket: AnySocket) -> None:
        self._socket = socket
        self.all: tuple[Pipe, ...] = ()

    def add(self, destination: Destination, *, end: bool) -> Pipe:
        """Adds a destination."""
        first = not self._socket.listener_count("data")
        pipe = Pipe(self._socket, self, destination, end=end, first=first)
        self.all = (*self.all, pipe)
        pipe.open()
        return pipe

    def remove(self, destination: object) -> tuple[Pipe, ...]:
        """Forgets a destination, or all of them for `None`; the pipes are still to be closed."""
        found = self.all
        if destination is not None:
            found = tuple(pipe for pipe in found if pipe.destination is destination)[:1]
        self.all = tuple(pipe for pipe in self.all if pipe not in found)
        return found

    def join(self, free: bool) -> None:
        """Lets the core move the bytes, if `free` to do so and they go nowhere else."""
        alone = len(self.all) == 1 and not self._socket.listener_count("data")
        target = self.all[0].destination if alone else None
        io.pipe_to(self._socket, target if free and self._reaches(target) else None)

    def _reaches(self, target: object) -> bool:
        """Whether the core may write to a destination by itself: as its `write()` would."""
        return (
            isinstance(target, Stream)
            and type(target).write is Stream.write
            and "write" not in vars(target)
            and have_same_loop(target, self._socket)
        )
