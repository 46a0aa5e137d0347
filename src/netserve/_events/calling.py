"""The one place that calls user code: listeners and callbacks, from inside the library.

What is raised there is an ordinary value and goes to the object that it concerns, by
`_on_listener_error`. Only `KeyboardInterrupt` and `SystemExit`, which are about the whole program,
go on to the loop. A coroutine that is returned runs as a task that keeps the program alive. (The
core calls `data` listeners itself, by the same rules: `core/src/border/call.rs`.)
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING

from .._types import Work
from .emitter import EventEmitter

if TYPE_CHECKING:
    from .._runtime import Runtime

# How many rounds of a loop it takes at most until what was woken has its turn: `asyncio.wait_for()`
# of Python 3.11 passes a result on twice, and a task that is made of it begins a round later.
ROUNDS = 3

Callback = Callable[..., object]
Blame = Callable[[BaseException], object]


def runtime_of(caller: Caller) -> Runtime:
    """The runtime (reactor and loop) that drives a server or a socket."""
    return caller._runtime


def join(emitter: object) -> None:
    """Has the running loop drive an emitter of the library's, which is about to be awaited."""
    if isinstance(emitter, Caller):
        emitter._join()


def check_thread(emitter: object) -> None:
    """Raises, in the development mode, where an emitter of the library's is another thread's."""
    if isinstance(emitter, Caller):
        emitter._check_thread()


class Caller(EventEmitter):
    """An emitter whose events the library emits: sockets, servers, other processes."""

    _runtime: Runtime

    @property
    def _context(self) -> contextvars.Context | None:
        """The context in which one listener or callback is called; `None`: the caller's own."""
        return None

    def _check_thread(self) -> None:
        runtime: Runtime | None = getattr(self, "_runtime", None)
        if runtime is not None:  # None: another process to which there is no channel
            runtime.check_thread()

    def _join(self) -> None:
        """To be called by whatever awaits: the running loop drives this from now on."""
        runtime: Runtime | None = getattr(self, "_runtime", None)
        if runtime is not None:
            runtime.join()

    def _emit(self, event: str, *args: object) -> None:
        """Emits an event; what its listeners raise goes to `_on_listener_error`."""
        listeners = self._listeners
        if (listeners is not None and event in listeners) or event == "error":
            self._call(self.emit, event, *args)

    def _call(self, function: Callback, *args: object, blame: Blame | None = None) -> None:
        """Calls a callback the way listeners are called. `blame` is given what it raises, in place
        of `_on_listener_error`."""
        try:
            context = self._context
            result = function(*args) if context is None else context.run(function, *args)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            (blame or self._on_listener_error)(error)
            return
        if result is None or result is True or result is False:
            return  # what nearly everybody returns; to ask for an abstract class takes longer
        if isinstance(result, Coroutine):
            self._spawn(result)

    def _run_coroutine(self, event: str, coroutine: Work[object], args: tuple[object, ...]) -> None:
        self._spawn(coroutine)
        give_turn(args, rounds=1)

    def _spawn(self, coroutine: Work[object]) -> None:
        """Runs the coroutine of a listener or callback; its error goes to `_on_listener_error`."""
        self._runtime.spawn(coroutine, self._on_coroutine_end)

    def _on_coroutine_end(self, error: BaseException | None) -> None:
        """The coroutine of a listener or callback has ended."""
        if error is not None and not isinstance(error, asyncio.CancelledError):
            self._on_listener_error(error)

    def _rest(self, rounds: int) -> None:
        """Tells no event before the loop has gone round so often. A socket does that."""

    def _on_listener_error(self, error: BaseException) -> None:
        """A listener or a callback raised, or an `error` event had no listener."""
        self._runtime.fail(f"unhandled error of a {type(self).__name__}", error, self)


def give_turn(concerned: Iterable[object], rounds: int = ROUNDS) -> None:
    """A task was started, or woken, by an event that concerns these: it has its turn before the
    next event of each."""
    for one in concerned:
        if isinstance(one, Caller):
            one._rest(rounds)
