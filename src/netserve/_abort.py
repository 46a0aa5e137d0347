"""Calling things off: `AbortController` and `AbortSignal`, as Node has them from the web."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ._address import check_seconds
from ._errors import AbortError, wrong_type
from ._events import EventEmitter
from ._runtime import current

__all__ = ["AbortController", "AbortSignal"]


class AbortSignal(EventEmitter):
    """Says whether, and why, something was called off; emits `abort()` once when it is.

    Node: `globals`, "Class: AbortSignal".
    """

    # As in Node: one signal may well call off a thousand things.
    _max_listeners = 0

    def __init__(self) -> None:
        self._aborted = False
        self._reason: Any = None

    @staticmethod
    def abort(reason: Any = None) -> AbortSignal:
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
        result = AbortSignal()
        if not isinstance(signals, Iterable):
            raise wrong_type("signals", "a list of AbortSignal", signals)
        for source in signals:
            if not isinstance(source, AbortSignal):
                raise wrong_type("signals", "a list of AbortSignal", source)
            on_abort(source, lambda source=source: result._abort(source.reason))  # type: ignore[misc]
        return result

    @property
    def aborted(self) -> bool:
        """Whether it has been called off."""
        return self._aborted

    @property
    def reason(self) -> Any:
        """What `abort()` was given: an `AbortError` when it was given nothing."""
        return self._reason

    def throw_if_aborted(self) -> None:
        """Raises the reason (or an `AbortError` because of it) if it has been called off."""
        if self._aborted:
            raise self._reason if isinstance(self._reason, BaseException) else error_of(self)

    def _abort(self, reason: Any) -> None:
        if self._aborted:
            return
        self._aborted = True
        self._reason = AbortError() if reason is None else reason
        self.emit("abort")


class AbortController:
    """The hand that calls off what was given its `signal`.

    Node: `globals`, "Class: AbortController".
    """

    __slots__ = ("_signal",)

    def __init__(self) -> None:
        self._signal = AbortSignal()

    @property
    def signal(self) -> AbortSignal:
        """What to give to the operation."""
        return self._signal

    def abort(self, reason: Any = None) -> None:
        """Calls it off; only the first call counts."""
        self._signal._abort(reason)


def on_abort(signal: AbortSignal, action: Callable[[], Any]) -> Callable[[], Any]:
    """Calls `action` once `signal` is aborted (now, if it is); the answer takes that back."""
    if not isinstance(signal, AbortSignal):
        raise wrong_type("signal", "an AbortSignal", signal)
    if signal.aborted:
        action()
        return lambda: None
    signal.once("abort", action)
    return lambda: signal.off("abort", action)


def error_of(signal: AbortSignal) -> AbortError:
    """The error that an aborted operation ends with."""
    if isinstance(signal.reason, AbortError):
        return signal.reason
    error = AbortError()
    error.__cause__ = signal.reason if isinstance(signal.reason, BaseException) else None
    return error
