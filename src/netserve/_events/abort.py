"""Calling things off: `AbortController` and `AbortSignal`, as Node has them from the web."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any, Literal

from .._arguments import check_seconds
from .._errors import AbortError, shown, wrong_type
from .._runtime import current
from .emitter import EventEmitter
from .typed import TypedEmitter

__all__ = ["AbortController", "AbortSignal"]

_numbers = itertools.count(1)


AbortEvents = TypedEmitter[Literal["abort"], []]


class AbortSignal(AbortEvents, EventEmitter):
    """Says whether, and why, something was called off; emits `abort()` once when it is.

    Node: `globals`, "Class: AbortSignal".
    """

    # As in Node: one signal may well call off a thousand things.
    _max_listeners = 0
    # One that follows others listens to them only while it has listeners: a long-lived signal is to
    # know nothing of the many that were made of it and forgotten. So one without listeners looks at
    # its sources when `aborted` or `reason` is read.
    _sources: tuple[AbortSignal, ...] = ()
    _unfollow: tuple[Callable[[], object], ...] = ()

    def __init__(self) -> None:
        # Its place in the order in which signals were aborted, from 1 on; 0: it was not.
        self._number = 0
        self._reason: object = None
        # What to call off, before any listener hears of it: a listener may raise. A server's
        # signal has one for every connection, which comes and goes without a search.
        self._actions: dict[object, Callable[[], object]] = {}

    @staticmethod
    def abort(reason: object = None) -> AbortSignal:
        """A signal that is aborted already. Node: `globals`, "AbortSignal.abort()"."""
        signal = AbortSignal()
        signal._abort(reason)
        return signal

    @staticmethod
    def timeout(seconds: float) -> AbortSignal:
        """A signal that is aborted after `seconds`, with a `TimeoutError` as its reason.

        Its clock keeps no program alive. Node: `globals`, "AbortSignal.timeout()".
        """
        seconds = check_seconds(seconds, "seconds")
        signal = AbortSignal()
        reason = TimeoutError(f"the operation was aborted after {seconds} s")
        current().call_later(seconds, lambda: signal._abort(reason))
        return signal

    @staticmethod
    def any(signals: Iterable[AbortSignal]) -> AbortSignal:
        """A signal that is aborted with the first of `signals`. Node: "AbortSignal.any()"."""
        if not isinstance(signals, Iterable):
            raise wrong_type("signals", "a list of AbortSignal", signals)
        sources = tuple(signals)
        for source in sources:
            if not isinstance(source, AbortSignal):
                raise wrong_type("signals", "a list of AbortSignal", source)
        result = AbortSignal()
        for source in sources:
            if source.aborted:
                result._number, result._reason = source._number, source._reason
                return result
        result._sources = sources
        return result

    @property
    def aborted(self) -> bool:
        """Whether the signal has been aborted."""
        return self._look() > 0

    @property
    def reason(self) -> Any:
        """What `abort()` was given: an `AbortError` when it was given nothing."""
        self._look()
        return self._reason

    def throw_if_aborted(self) -> None:
        """Raises the reason (or an `AbortError` because of it) if the signal has been aborted."""
        if self.aborted:
            raise self._reason if isinstance(self._reason, BaseException) else error_of(self)

    def _look(self) -> int:
        """The number of this signal's abort; of the first one, where it follows several signals."""
        if not self._number and self._sources:
            numbers = {source._look(): source for source in reversed(self._sources)}
            numbers.pop(0, None)
            if numbers:
                self._number = min(numbers)
                self._reason = numbers[self._number]._reason
                self._sources = ()
        return self._number

    def _abort(self, reason: object) -> None:
        if self.aborted:
            return
        self._number = next(_numbers)
        self._reason = AbortError() if reason is None else reason
        self._tell()

    def _tell(self) -> None:
        actions, self._actions = self._actions, {}
        for action in actions.values():
            action()
        self.emit("abort")

    def _followed(self) -> None:
        """A signal that this one follows was aborted, while this one had listeners."""
        unfollow, self._unfollow = self._unfollow, ()
        for forget in unfollow:
            forget()
        if unfollow:
            self._look()
            self._tell()

    def _listeners_changed(self, event: str) -> None:
        """Listens to the signals that it follows for as long as it has listeners itself."""
        wanted = bool(self._actions) or self._has("abort")
        if wanted and not self._unfollow and not self.aborted:
            self._unfollow = tuple(on_abort(each, self._followed) for each in self._sources)
        elif not wanted:
            unfollow, self._unfollow = self._unfollow, ()
            for forget in unfollow:
                forget()


class AbortController:
    """Has a `signal`, and aborts it: whatever was given the signal is called off.

    Node: `globals`, "Class: AbortController".
    """

    __slots__ = ("_signal",)

    def __init__(self) -> None:
        self._signal = AbortSignal()

    @property
    def signal(self) -> AbortSignal:
        """The signal, to be given to what may have to be called off."""
        return self._signal

    def abort(self, reason: object = None) -> None:
        """Aborts the signal; only the first call counts."""
        self._signal._abort(reason)


def on_abort(signal: AbortSignal, action: Callable[[], object]) -> Callable[[], object]:
    """Calls `action` once `signal` is aborted (now, if it is); the answer takes that back."""
    if not isinstance(signal, AbortSignal):
        raise wrong_type("signal", "an AbortSignal", signal)
    if signal.aborted:
        action()
        return lambda: None
    token = object()
    signal._actions[token] = action
    signal._listeners_changed("abort")

    def forget() -> None:
        if signal._actions.pop(token, None) is not None:
            signal._listeners_changed("abort")

    return forget


def error_of(signal: AbortSignal) -> AbortError:
    """The error that an aborted operation ends with: one of its own, the reason is its cause."""
    reason = signal.reason
    if isinstance(reason, BaseException):
        error = AbortError()
        error.__cause__ = reason
        return error
    return AbortError(f"the operation was aborted: {shown(reason)}")
