"""Waiting for events: `once()` for the next one, `on()` for all of them."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Generator, Iterable
from typing import Any

from .._errors import wrong_type
from .._waiters import Waiters
from .calling import give_turn, join
from .emitter import EventEmitter, as_exception

__all__ = ["on", "once"]

# What an event brings. Which event has which, type checkers know: typed.pyi.
Arguments = tuple[Any, ...]


class once:
    """Waits for the next `event` of `emitter`; its arguments, as a tuple, are the result.

    Raises what an `error` event carries, should that come first (unless `error` is the event).
    Begins to listen at once, not only when awaited. Node: `events`, "events.once()".
    """

    def __init__(self, emitter: EventEmitter, event: str) -> None:
        _check(emitter, event)
        join(emitter)
        self._emitter = emitter
        self._event = event
        self._waiters: Waiters[Arguments] = Waiters()
        self._future = self._waiters.add()
        emitter.on(event, self._happened)
        if event != "error":
            emitter.on("error", self._failed)
        self._future.add_done_callback(self._leave)

    def __await__(self) -> Generator[object, None, Arguments]:
        return self._future.__await__()

    def _happened(self, *args: object) -> None:
        if self._waiters.wake(args):
            give_turn((self._emitter, *args))
        self._leave()

    def _failed(self, *args: object) -> None:
        self._waiters.fail(as_exception(args))
        self._leave()

    def _leave(self, _future: object = None) -> None:
        self._emitter.off(self._event, self._happened)
        self._emitter.off("error", self._failed)


class on:
    """Iterates over every `event` of `emitter`; each comes as a tuple of its arguments.

        async for message, handle in on(child, "message", close=["disconnect"]):

    Begins to listen at once: what happens between two rounds waits, in order. Ends with the first
    of the events in `close`, raises what an `error` event carries; both come after all that waits.
    Listens no more once it has ended, or nothing refers to it. Node: `events`, "events.on()".
    """

    def __init__(self, emitter: EventEmitter, event: str, *, close: Iterable[str] = ()) -> None:
        _check(emitter, event)
        endings = _names(close)
        self._emitter = emitter
        self._arrived: deque[Arguments] = deque()
        self._over = False
        self._error: BaseException | None = None
        self._waiters: Waiters[None] = Waiters()
        heard: list[tuple[str, Callable[..., None]]] = []

        def leave(_: object = None) -> None:
            for name, call in heard:
                emitter.off(name, call)

        # Weak, or a loop that was left by `break` would go on collecting for ever.
        weak = weakref.ref(self, leave)
        self._leave = leave

        def listener(act: Callable[[on, Arguments], None]) -> Callable[..., None]:
            def call(*args: object) -> None:
                iterator = weak()
                if iterator is not None:
                    act(iterator, args)
                    if iterator._waiters.wake(None):
                        give_turn((emitter, *args))

            return call

        heard.append((event, listener(on._happened)))
        heard += [(ending, listener(on._ended)) for ending in endings]
        if event != "error":
            heard.append(("error", listener(on._failed)))

        for name, call in heard:
            emitter.on(name, call)

    def __aiter__(self) -> on:
        """The iterator itself: all loops over it share one queue of events."""
        return self

    async def __anext__(self) -> Arguments:
        """The arguments of the next event."""
        join(self._emitter)
        while not self._arrived:
            if self._error is not None:
                error, self._error = self._error, None
                raise error
            if self._over:
                raise StopAsyncIteration
            await self._waiters.wait()  # several tasks may
        return self._arrived.popleft()

    def _happened(self, args: Arguments) -> None:
        self._arrived.append(args)

    def _ended(self, _args: Arguments) -> None:
        self._over = True
        self._leave()

    def _failed(self, args: Arguments) -> None:
        self._error = as_exception(args)
        self._ended(args)


def _check(emitter: object, event: object) -> None:
    for needed in ("on", "off"):
        if not callable(getattr(emitter, needed, None)):
            raise wrong_type("emitter", "an EventEmitter", emitter)
    if not isinstance(event, str):
        raise wrong_type("event", "a str", event)


def _names(close: object) -> list[str]:
    """The names in a list of events."""
    if isinstance(close, str) or not isinstance(close, Iterable):
        raise wrong_type("close", "a list of event names", close)
    names = list(close)
    for name in names:
        if not isinstance(name, str):
            raise wrong_type("each of close", "a str", name)
    return names
