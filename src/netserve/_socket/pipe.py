"""`pipe()`: what one socket reads, another writes.

Two netserve sockets are joined inside the core as long as nobody else wants to see the bytes: no
`data` listener, no encoding, no buffer of the user's own, one destination, of the same loop and
with no `write` of its own. Anything else with `write` and `end` is fed by events. Either way a
destination that is behind holds the source up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from .._arguments import check_bool
from .._core import Stream
from .._errors import wrong_type
from .reading import AwaitedReading


class Pipe:
    """One source on its way into one destination."""

    __slots__ = ("destination", "end", "first", "source", "stuck")

    def __init__(self, source: PipeSource, destination: Any, *, end: bool) -> None:
        self.source = source
        self.destination = destination
        self.end = end
        # Whether it was there before the listeners for `data`: then it gets each chunk before them.
        self.first = not source._has("data")
        self.stuck = False

    @property
    def events(self) -> tuple[tuple[Any, str, Callable[..., Any]], ...]:
        """What is listened to, where. Not kept: the methods would keep their own pipe alive."""
        return (
            (self.source, "end", self._source_ended),
            (self.destination, "close", self._destination_gone),
            (self.destination, "finish", self._destination_gone),
            (self.destination, "error", self._destination_failed),
            (self.destination, "drain", self._drained),
        )

    def open(self) -> None:
        """Begins to listen."""
        for emitter, event, listener in self.events:
            if event == "error":
                # Undone before others hear of it. An emitter that can't say whether there are
                # others keeps its errors: with us listening, one would count as heard.
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

    def feed(self, chunk: Any) -> None:
        """Writes a chunk; a destination that has enough stops the source."""
        if self.destination.write(chunk) is False and self in self.source._pipes:
            self.stuck = True
            self.source.pause()

    def _drained(self) -> None:
        if self.stuck:
            self.stuck = False
            source = self.source
            taken = source._pipes or source._has("data")
            if taken and not any(pipe.stuck for pipe in source._pipes):
                source.resume()

    def _source_ended(self) -> None:
        if self.end:
            self.destination.end()
        else:
            self.source.unpipe(self.destination)

    def _destination_gone(self, *_: Any) -> None:
        self.source.unpipe(self.destination)

    def _destination_failed(self, error: BaseException) -> None:
        """An error that nobody else listens to stays an error."""
        self.source.unpipe(self.destination)
        if not self.destination.listener_count("error"):
            self.destination.emit("error", error)


class PipeSource(AwaitedReading):
    """A socket that can be piped."""

    _pipes: tuple[Pipe, ...] = ()
    _joined = False

    def pipe(self, destination: Any, *, end: bool = True) -> Any:
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
        pipe = Pipe(self, destination, end=check_bool(end, "end"))
        self._pipes = (*self._pipes, pipe)
        pipe.open()
        if hasattr(destination, "emit"):
            destination.emit("pipe", self)
        self._choose_sink()
        if self._end_emitted:
            self._runtime.defer(pipe._source_ended)
        pipe.stuck = bool(getattr(destination, "writable_need_drain", False))
        if self._flowing is None or not pipe.stuck:
            self.resume()
        if pipe.stuck:
            self.pause()
        return destination

    def unpipe(self, destination: Any = None) -> Self:
        """Undoes `pipe()`: for one destination, or for all. Emits `unpipe(source)` there.

        Node: `stream`, "readable.unpipe()".
        """
        pipes = self._pipes
        if destination is not None:
            pipes = tuple(pipe for pipe in pipes if pipe.destination is destination)[:1]
        self._pipes = tuple(pipe for pipe in self._pipes if pipe not in pipes)
        if pipes and not self._pipes:
            self.pause()
        for pipe in pipes:
            pipe.close()
            if hasattr(pipe.destination, "emit"):
                pipe.destination.emit("unpipe", self)
        self._choose_sink()
        return self

    def _join(self) -> None:
        """Lets the core move the bytes where nobody else wants to see them."""
        alone = len(self._pipes) == 1 and not self._fills_buffer
        alone = alone and self._decoder is None and not self._has("data")
        target = self._pipes[0].destination if alone else None
        joined = self._flowing is True and not self._waiting and self._reaches(target)
        if joined or self._joined:
            self._joined = joined
            self._pipe_to(target if joined else None)

    def _reaches(self, target: Any) -> bool:
        """Whether the core may write to a destination by itself: as its `write()` would."""
        return (
            isinstance(target, PipeSource)
            and target._runtime is self._runtime
            and type(target).write is Stream.write
            and "write" not in vars(target)
        )

    def _choose_sink(self) -> None:
        if not self._pipes and not self._joined:
            super()._choose_sink()
            return
        self._set_sink(None)
        self._join()
        if not self._pipes:
            super()._choose_sink()

    def _hand_out(self, chunk: bytes, *, final: bool = False) -> None:
        if not self._pipes:
            super()._hand_out(chunk, final=final)
            return
        data = self._decoded(chunk, final=final)
        if data:
            pipes = self._pipes
            for pipe in pipes:
                if pipe.first:
                    pipe.feed(data)
            self._emit("data", data)
            for pipe in pipes:
                if not pipe.first:
                    pipe.feed(data)

    def _data_listeners_changed(self) -> None:
        """`data` has one listener more, or one less."""
        if self._flowing is None and self._has("data"):
            self.resume()
        else:
            self._choose_sink()
