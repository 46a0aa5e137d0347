"""How the table of an emitter becomes the types of its methods: see typed.py.

The typing system has no way to look a type up by a name, but overloads have: each place of the
table is one overload of each method, here, for all emitters. The places that a table leaves out
take no event. An event that is misspelt fits none of them.
"""

# mypy: disable-error-code="overload-overlap"
# The last overloads are for emitters that take any name; one with a table fits those before.

from collections.abc import Callable, Generator, Iterable
from typing import Any, Generic, Literal, Never, Protocol, Self, TypeVarTuple, overload

from typing_extensions import ParamSpec, TypeVar

from .emitter import EventEmitter

__all__ = ["TypedEmitter", "on", "once"]

# The places of a table: the names of events, and the arguments that these bring.
K1 = TypeVar("K1", default=Never)
P1 = ParamSpec("P1", default=[])
K2 = TypeVar("K2", default=Never)
P2 = ParamSpec("P2", default=[])
K3 = TypeVar("K3", default=Never)
P3 = ParamSpec("P3", default=[])
K4 = TypeVar("K4", default=Never)
P4 = ParamSpec("P4", default=[])
K5 = TypeVar("K5", default=Never)
P5 = ParamSpec("P5", default=[])
K6 = TypeVar("K6", default=Never)
P6 = ParamSpec("P6", default=[])
K7 = TypeVar("K7", default=Never)
P7 = ParamSpec("P7", default=[])
K8 = TypeVar("K8", default=Never)
P8 = ParamSpec("P8", default=[])

E_co = TypeVar("E_co", covariant=True)
P = ParamSpec("P", default=...)
R = TypeVar("R")
S = TypeVar("S")
Ts = TypeVarTuple("Ts")

# Every emitter has these two; they bring the name of the event, and a listener of any kind.
Told = Literal["new_listener", "remove_listener"]
Listener = Callable[..., Any]

# The types of the methods; S is the emitter, which they return.

class _On(Generic[S, K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8]):
    @overload
    def __call__(self, event: K1, listener: Callable[P1, object]) -> S: ...
    @overload
    def __call__(self, event: K1) -> Callable[[Callable[P1, R]], Callable[P1, R]]: ...
    @overload
    def __call__(self, event: K2, listener: Callable[P2, object]) -> S: ...
    @overload
    def __call__(self, event: K2) -> Callable[[Callable[P2, R]], Callable[P2, R]]: ...
    @overload
    def __call__(self, event: K3, listener: Callable[P3, object]) -> S: ...
    @overload
    def __call__(self, event: K3) -> Callable[[Callable[P3, R]], Callable[P3, R]]: ...
    @overload
    def __call__(self, event: K4, listener: Callable[P4, object]) -> S: ...
    @overload
    def __call__(self, event: K4) -> Callable[[Callable[P4, R]], Callable[P4, R]]: ...
    @overload
    def __call__(self, event: K5, listener: Callable[P5, object]) -> S: ...
    @overload
    def __call__(self, event: K5) -> Callable[[Callable[P5, R]], Callable[P5, R]]: ...
    @overload
    def __call__(self, event: K6, listener: Callable[P6, object]) -> S: ...
    @overload
    def __call__(self, event: K6) -> Callable[[Callable[P6, R]], Callable[P6, R]]: ...
    @overload
    def __call__(self, event: K7, listener: Callable[P7, object]) -> S: ...
    @overload
    def __call__(self, event: K7) -> Callable[[Callable[P7, R]], Callable[P7, R]]: ...
    @overload
    def __call__(self, event: K8, listener: Callable[P8, object]) -> S: ...
    @overload
    def __call__(self, event: K8) -> Callable[[Callable[P8, R]], Callable[P8, R]]: ...
    @overload
    def __call__(self, event: Told, listener: Callable[[str, Listener], object]) -> S: ...
    @overload
    def __call__(
        self, event: Told
    ) -> Callable[[Callable[[str, Listener], R]], Callable[[str, Listener], R]]: ...

class _WithListener(Generic[S, K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8]):
    @overload
    def __call__(self, event: K1, listener: Callable[P1, object]) -> S: ...
    @overload
    def __call__(self, event: K2, listener: Callable[P2, object]) -> S: ...
    @overload
    def __call__(self, event: K3, listener: Callable[P3, object]) -> S: ...
    @overload
    def __call__(self, event: K4, listener: Callable[P4, object]) -> S: ...
    @overload
    def __call__(self, event: K5, listener: Callable[P5, object]) -> S: ...
    @overload
    def __call__(self, event: K6, listener: Callable[P6, object]) -> S: ...
    @overload
    def __call__(self, event: K7, listener: Callable[P7, object]) -> S: ...
    @overload
    def __call__(self, event: K8, listener: Callable[P8, object]) -> S: ...
    @overload
    def __call__(self, event: Told, listener: Callable[[str, Listener], object]) -> S: ...

class _Emit(Generic[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8]):
    @overload
    def __call__(self, event: K1, *args: P1.args, **kwargs: P1.kwargs) -> bool: ...
    @overload
    def __call__(self, event: K2, *args: P2.args, **kwargs: P2.kwargs) -> bool: ...
    @overload
    def __call__(self, event: K3, *args: P3.args, **kwargs: P3.kwargs) -> bool: ...
    @overload
    def __call__(self, event: K4, *args: P4.args, **kwargs: P4.kwargs) -> bool: ...
    @overload
    def __call__(self, event: K5, *args: P5.args, **kwargs: P5.kwargs) -> bool: ...
    @overload
    def __call__(self, event: K6, *args: P6.args, **kwargs: P6.kwargs) -> bool: ...
    @overload
    def __call__(self, event: K7, *args: P7.args, **kwargs: P7.kwargs) -> bool: ...
    @overload
    def __call__(self, event: K8, *args: P8.args, **kwargs: P8.kwargs) -> bool: ...
    @overload
    def __call__(self, event: Told, name: str, listener: Listener, /) -> bool: ...
    # Every emitter can emit one, and any exception.
    @overload
    def __call__(self, event: Literal["error"], error: BaseException, /) -> bool: ...

class TypedEmitter(
    EventEmitter, Generic[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8]
):
    # Narrower than the methods of an emitter with any events, on purpose.
    on: _On[Self, K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8]  # type: ignore[assignment]
    once: _On[Self, K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8]  # type: ignore[assignment]
    off: _WithListener[Self, K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8]  # type: ignore[assignment]
    prepend_listener: _WithListener[
        Self, K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8
    ]  # type: ignore[assignment]
    prepend_once_listener: _WithListener[
        Self, K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8
    ]  # type: ignore[assignment]
    emit: _Emit[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8]  # type: ignore[assignment]

# Waiting for events. The arguments of an event that is waited for come as a tuple.

class _Emitter(Protocol[E_co]):
    """Who has the method: an emitter with a table, or one of the modules that have its methods."""

    @property
    def on(self) -> E_co: ...

_Of = _Emitter[_On[Any, K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8]]

class _AnyEmitter(Protocol):
    """An emitter without a table."""

    def on(self, event: str, listener: Listener, /) -> object: ...

class _Arguments(Protocol[*Ts]):
    def _bring(self, *args: *Ts) -> None: ...

class once(Generic[P]):
    @overload
    def __new__(
        cls, emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8], event: K1
    ) -> once[P1]: ...
    @overload
    def __new__(
        cls, emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8], event: K2
    ) -> once[P2]: ...
    @overload
    def __new__(
        cls, emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8], event: K3
    ) -> once[P3]: ...
    @overload
    def __new__(
        cls, emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8], event: K4
    ) -> once[P4]: ...
    @overload
    def __new__(
        cls, emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8], event: K5
    ) -> once[P5]: ...
    @overload
    def __new__(
        cls, emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8], event: K6
    ) -> once[P6]: ...
    @overload
    def __new__(
        cls, emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8], event: K7
    ) -> once[P7]: ...
    @overload
    def __new__(
        cls, emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8], event: K8
    ) -> once[P8]: ...
    @overload
    def __new__(cls, emitter: EventEmitter, event: Told) -> once[[str, Listener]]: ...
    @overload
    def __new__(cls, emitter: _AnyEmitter, event: str) -> once[...]: ...
    def _bring(self, *args: P.args, **kwargs: P.kwargs) -> None: ...
    def __await__(self: _Arguments[*Ts]) -> Generator[Any, None, tuple[*Ts]]: ...

class on(Generic[P]):
    @overload
    def __new__(
        cls,
        emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8],
        event: K1,
        *,
        close: Iterable[str] = (),
    ) -> on[P1]: ...
    @overload
    def __new__(
        cls,
        emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8],
        event: K2,
        *,
        close: Iterable[str] = (),
    ) -> on[P2]: ...
    @overload
    def __new__(
        cls,
        emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8],
        event: K3,
        *,
        close: Iterable[str] = (),
    ) -> on[P3]: ...
    @overload
    def __new__(
        cls,
        emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8],
        event: K4,
        *,
        close: Iterable[str] = (),
    ) -> on[P4]: ...
    @overload
    def __new__(
        cls,
        emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8],
        event: K5,
        *,
        close: Iterable[str] = (),
    ) -> on[P5]: ...
    @overload
    def __new__(
        cls,
        emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8],
        event: K6,
        *,
        close: Iterable[str] = (),
    ) -> on[P6]: ...
    @overload
    def __new__(
        cls,
        emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8],
        event: K7,
        *,
        close: Iterable[str] = (),
    ) -> on[P7]: ...
    @overload
    def __new__(
        cls,
        emitter: _Of[K1, P1, K2, P2, K3, P3, K4, P4, K5, P5, K6, P6, K7, P7, K8, P8],
        event: K8,
        *,
        close: Iterable[str] = (),
    ) -> on[P8]: ...
    @overload
    def __new__(
        cls, emitter: EventEmitter, event: Told, *, close: Iterable[str] = ()
    ) -> on[[str, Listener]]: ...
    @overload
    def __new__(cls, emitter: _AnyEmitter, event: str, *, close: Iterable[str] = ()) -> on[...]: ...
    def _bring(self, *args: P.args, **kwargs: P.kwargs) -> None: ...
    def __aiter__(self) -> Self: ...
    async def __anext__(self: _Arguments[*Ts]) -> tuple[*Ts]: ...
