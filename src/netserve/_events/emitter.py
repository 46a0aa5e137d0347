"""Events: Node's `EventEmitter`, with listeners that may be coroutine functions.

A lone listener is stored bare and several as a list, because a server may hold tens of thousands
of sockets with one or two listeners each. `emit` works on what was there when it began: a listener
added or removed meanwhile counts from the next event on, as in Node.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import weakref
from collections.abc import Callable, Coroutine
from typing import TypeVar, overload

from .._arguments import is_number
from .._errors import ArgumentTypeError, out_of_range, wrong_type
from .._runtime import current
from .._types import Work

__all__ = ["EventEmitter"]

Listener = Callable[..., object]
L = TypeVar("L", bound=Listener)
Self = TypeVar("Self", bound="EventEmitter")
log = logging.getLogger("netserve")

# In the development mode every call looks at its thread.
DEV_MODE = sys.flags.dev_mode


class _Once:
    """A listener that takes itself off before it is called for the first time."""

    __slots__ = ("called", "emitter", "event", "listener")

    def __init__(self, emitter: EventEmitter, event: str, listener: Listener) -> None:
        # Weak: one that is never called must not keep its emitter alive.
        self.emitter = weakref.ref(emitter)
        self.event = event
        self.listener = listener
        self.called = False

    def __call__(self, *args: object) -> object:
        if self.called:  # by a listener that emitted the same event again
            return None
        self.called = True
        emitter = self.emitter()
        if emitter is not None:
            emitter.off(self.event, self)
        return self.listener(*args)


class EventEmitter:
    """An object with named events that listeners are called for.

    Node: `events`, "Class: EventEmitter". Listeners are called in the order in which they were
    added, in the caller's frame; what a coroutine listener returns runs as a task of the loop.

    To type checkers, a class derived from this one may have any events, and one that is derived
    from a server, a socket or another emitter of netserve's has the events of that, and no others.

    Events: `new_listener(event, listener)` before a listener is added, and
    `remove_listener(event, listener)` after one was taken off.
    """

    # How many listeners an event may have before a warning is logged. Node's documented default:
    # "events.defaultMaxListeners".
    default_max_listeners: float = 10

    _listeners: dict[str, Listener | list[Listener]] | None = None
    _max_listeners: float | None = None
    # The events whose listeners have been warned about.
    _warned: frozenset[str] = frozenset()

    @overload
    def on(self, event: str, listener: None = None) -> Callable[[L], L]: ...
    @overload
    def on(self: Self, event: str, listener: Listener) -> Self: ...
    def on(self, event: str, listener: Listener | None = None) -> object:
        """Calls `listener` for every `event`; without a listener, a decorator that does.

        Returns the emitter (as a decorator: the function). Raises `TypeError`
        (`ERR_INVALID_ARG_TYPE`) for a listener that can't be called or a name that is no string.
        Emits `new_listener(event, listener)` before. Node: `events`, "emitter.on()".
        """
        if listener is None:
            return self._decorator(self.on, event)
        self._add(event, listener, listener, first=False)
        return self

    @overload
    def once(self, event: str, listener: None = None) -> Callable[[L], L]: ...
    @overload
    def once(self: Self, event: str, listener: Listener) -> Self: ...
    def once(self, event: str, listener: Listener | None = None) -> object:
        """Calls `listener` for the next `event` only. Node: `events`, "emitter.once()"."""
        if listener is None:
            return self._decorator(self.once, event)
        self._add(event, listener, _Once(self, event, _callable(listener)), first=False)
        return self

    def prepend_listener(self: Self, event: str, listener: Listener) -> Self:
        """Like `on()`, in front of the others. Node: `events`, "emitter.prependListener()"."""
        self._add(event, listener, listener, first=True)
        return self

    def prepend_once_listener(self: Self, event: str, listener: Listener) -> Self:
        """Like `once()`, in front of the others.

        Node: `events`, "emitter.prependOnceListener()".
        """
        self._add(event, listener, _Once(self, event, _callable(listener)), first=True)
        return self

    def off(self: Self, event: str, listener: Listener) -> Self:
        """Takes the listener that was added last off; one that is not there is no error.

        Emits `remove_listener(event, listener)` after. Node: `events`, "emitter.off()".
        """
        _callable(listener)
        if DEV_MODE:
            self._check_thread()
        kept = self._kept(event)
        for index in range(len(kept) - 1, -1, -1):
            if kept[index] == listener or _bare(kept[index]) == listener:
                removed = _bare(kept.pop(index))
                self._keep(event, kept)
                if event != "remove_listener" and self._has("remove_listener"):
                    self.emit("remove_listener", event, removed)
                break
        return self

    def remove_all_listeners(self: Self, event: str | None = None) -> Self:
        """Takes all listeners of one event off, or of all events.

        Node: `events`, "emitter.removeAllListeners()".
        """
        if event is None:
            names = [name for name in self.event_names() if name != "remove_listener"]
            for name in [*names, "remove_listener"]:
                self.remove_all_listeners(name)
            return self
        if DEV_MODE:
            self._check_thread()
        for listener in reversed(self._kept(event)):
            self.off(event, listener)
        return self

    def emit(self, event: str, *args: object) -> bool:
        """Calls the listeners of `event`; returns whether there were any.

        `emit("error", e)` without a listener raises `e`. What a listener raises comes out of
        `emit`. Node: `events`, "emitter.emit()".
        """
        if DEV_MODE:
            self._check_thread()
        try:
            held = self._listeners.get(event) if self._listeners else None
        except TypeError:
            raise wrong_type("event", "a str", event) from None
        if held is None:
            if event == "error":
                raise as_exception(args)
            return False
        for listener in held.copy() if isinstance(held, list) else (held,):
            result = listener(*args)
            if result is not None and isinstance(result, Coroutine):
                self._run_coroutine(event, result, args)
        return True

    def listeners(self, event: str) -> list[Listener]:
        """The listeners of `event`, in order. Node: `events`, "emitter.listeners()"."""
        return [_bare(listener) for listener in self._kept(event)]

    def listener_count(self, event: str, listener: Listener | None = None) -> int:
        """How many listeners `event` has, or how often it has `listener`.

        Node: `events`, "emitter.listenerCount()".
        """
        listeners = self.listeners(event)
        return len(listeners) if listener is None else listeners.count(listener)

    def event_names(self) -> list[str]:
        """The events that have listeners. Node: `events`, "emitter.eventNames()"."""
        return list(self._listeners or ())

    def set_max_listeners(self: Self, n: float) -> Self:
        """Sets how many listeners an event may have before a warning is logged, once an event.

        More than it was meant for is most often a listener that is added again and again, and
        never taken off. 0 or infinity: no limit. Raises `TypeError` (`ERR_INVALID_ARG_TYPE`) or
        `ValueError` (`ERR_OUT_OF_RANGE`). Node: `events`, "emitter.setMaxListeners()".
        """
        limit = _check_limit(n, "n")
        if DEV_MODE:
            self._check_thread()
        self._max_listeners = limit
        return self

    def get_max_listeners(self) -> float:
        """What `set_max_listeners()` set: at first `EventEmitter.default_max_listeners`.

        Raises `TypeError` or `ValueError` if that default is no limit. Node: `events`,
        "emitter.getMaxListeners()".
        """
        if self._max_listeners is None:
            return _check_limit(self.default_max_listeners, "default_max_listeners")
        return self._max_listeners

    # What subclasses override.

    def _check_thread(self) -> None:
        """Raises in a thread in which this emitter may not be used."""

    def _listeners_changed(self, event: str) -> None:
        """A listener of `event` was added or taken off."""

    def _run_coroutine(self, event: str, coroutine: Work[object], args: tuple[object, ...]) -> None:
        """A listener of `event` was a coroutine function."""
        runtime = current()

        def over(error: BaseException | None) -> None:
            if error is not None and not isinstance(error, asyncio.CancelledError):
                runtime.report(f"unhandled error of a listener for {event!r}", error, self)

        runtime.spawn(coroutine, over)

    # How listeners are kept.

    def _has(self, event: str) -> bool:
        return bool(self._listeners) and event in self._listeners  # type: ignore[operator]

    def _kept(self, event: str) -> list[Listener]:
        if not isinstance(event, str):
            raise wrong_type("event", "a str", event)
        held = self._listeners.get(event) if self._listeners else None
        if held is None:
            return []
        return held.copy() if isinstance(held, list) else [held]

    def _keep(self, event: str, kept: list[Listener]) -> None:
        if self._listeners is None:
            self._listeners = {}
        if kept:
            self._listeners[event] = kept[0] if len(kept) == 1 else kept
        else:
            self._listeners.pop(event, None)
            self._warned -= {event}
        self._listeners_changed(event)

    def _add(self, event: str, listener: Listener, kept: Listener, *, first: bool) -> None:
        if not isinstance(event, str):
            raise wrong_type("event", "a str", event)
        if not callable(listener):
            raise wrong_type("listener", "a function", listener)
        if DEV_MODE:
            self._check_thread()
        if self._listeners and "new_listener" in self._listeners:
            self.emit("new_listener", event, listener)
        if self._listeners is None:
            self._listeners = {event: kept}
            self._listeners_changed(event)
            return
        if event not in self._listeners:
            self._listeners[event] = kept
            self._listeners_changed(event)
            return
        held = self._kept(event)
        held.insert(0 if first else len(held), kept)
        # The limit is looked up for the second listener, not for the first: most events have one.
        limit = self.get_max_listeners()
        self._keep(event, held)
        if 0 < limit < len(held) and event not in self._warned:
            self._warn(event, len(held))

    def _warn(self, event: str, count: int) -> None:
        self._warned |= {event}
        log.warning(
            "%d listeners for %r on one %s, which looks like a leak: take off what is not needed "
            "any more, or raise the limit of %s with set_max_listeners()",
            count,
            event,
            type(self).__name__,
            self.get_max_listeners(),
            stack_info=True,
        )

    def _copy_listeners(self, other: EventEmitter) -> None:
        """Replaces the listeners by copies of those of `other`."""
        self._listeners = None
        for event in other.event_names():
            for kept in other._kept(event):
                listener = _bare(kept)
                once = isinstance(kept, _Once)
                self._keep(
                    event, [*self._kept(event), _Once(self, event, listener) if once else listener]
                )

    def _decorator(self, add: Callable[..., object], event: str) -> Callable[[L], L]:
        if not isinstance(event, str):
            raise wrong_type("event", "a str", event)

        def decorate(listener: L) -> L:
            add(event, listener)
            return listener

        return decorate


def held(emitter: EventEmitter, event: str) -> Listener | list[Listener] | None:
    """What an emitter keeps for an event: a lone listener, or a list of several."""
    return emitter._listeners.get(event) if emitter._listeners else None


def _check_limit(n: object, name: str) -> float:
    if not is_number(n):
        raise wrong_type(name, "a number", n)
    if not n >= 0:
        raise out_of_range(name, "0 or more", n)
    return n


def _callable(listener: Listener) -> Listener:
    if not callable(listener):
        raise wrong_type("listener", "a function", listener)
    return listener


def _bare(listener: Listener) -> Listener:
    return listener.listener if isinstance(listener, _Once) else listener


def as_exception(args: tuple[object, ...]) -> BaseException:
    """What an `error` event carries, as something that can be raised."""
    if args and isinstance(args[0], BaseException):
        return args[0]
    return ArgumentTypeError(
        f"an error event without a listener, with {args!r} in place of an exception",
        "ERR_UNHANDLED_ERROR",
    )
