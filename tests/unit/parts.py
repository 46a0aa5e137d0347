"""What a part of a socket sees around it, without a kernel and without a loop.

`Owner` is the socket: it writes down what the part tells it. `Turns` is what drives it, one turn at
a time. `Core` is the compiled side: it writes down what it was asked, and knows what it was told to
know.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from netserve import EventEmitter
from netserve._socket.states import BREAK, DESTROY, Life, States


class Turns:
    """A runtime whose turns are taken by hand."""

    attached = True

    def __init__(self) -> None:
        self.reactor = self
        self.holds = 0
        self.timers: list[tuple[float, Callable[[], Any]]] = []
        self.reports: list[BaseException] = []
        self._deferred: deque[tuple[Callable[..., Any], tuple[Any, ...]]] = deque()

    def defer(self, function: Callable[..., Any], *args: Any) -> None:
        self._deferred.append((function, args))

    def run(self) -> None:
        """Calls all that was deferred, and what that defers."""
        while self._deferred:
            function, args = self._deferred.popleft()
            function(*args)

    def call_later(self, seconds: float, function: Callable[[], Any]) -> Callable[[], None]:
        timer = (seconds, function)
        self.timers.append(timer)

        def cancel() -> None:
            if timer in self.timers:
                self.timers.remove(timer)

        return cancel

    def expire(self) -> None:
        """The time of the first timer has come."""
        self.timers.pop(0)[1]()

    def hold(self) -> None:
        self.holds += 1

    def release(self) -> None:
        self.holds -= 1

    def check_use(self) -> None:
        """There is but one."""


class Core:
    """`netserve._core.io`, as far as a part asks it."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.taken = 0
        self.room = True
        self.broken = False
        self.drain_is_due = False

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)

        def ask(socket: Any, *args: Any, **options: Any) -> None:
            self.asked.append((name, *args, *options.items()))

        return ask

    def send(self, socket: Owner, data: bytes) -> bool:
        self.asked.append(("send", data))
        socket.bytes_written += len(data)
        return self.room

    def sent(self, socket: Owner) -> int:
        return self.taken

    def is_broken(self, socket: Owner) -> bool:
        return self.broken

    def is_resting(self, socket: Owner) -> bool:
        return False

    def take_drain(self, socket: Owner) -> bool:
        due, self.drain_is_due = self.drain_is_due, False
        return due

    def take(self) -> list[tuple[Any, ...]]:
        """What was asked since the last time."""
        asked, self.asked = self.asked, []
        return asked


class Owner(EventEmitter):
    """A socket, as its parts see it."""

    def __init__(self, core: Core, life: Life = Life.OPEN, *, half_open: bool = False) -> None:
        self.states = self._states = States(life)
        self.turns = self._runtime = Turns()
        self.told: list[tuple[Any, ...]] = []
        self.bytes_written = 0
        self.allow_half_open = half_open
        self.paused = False
        self._core = core
        self._shared = False

    @property
    def writable_length(self) -> int:
        return self.bytes_written - self._core.taken

    def destroy(self, error: BaseException | None = None) -> None:
        self.told.append(("destroy", error))
        if error is not None:
            self.states.error = error
            self.states.trouble = BREAK[self.states.trouble]
        self.states.life = DESTROY[self.states.life]

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def take(self) -> list[tuple[Any, ...]]:
        """What was told since the last time, after all that was deferred."""
        self.turns.run()
        told, self.told = self.told, []
        return told

    def _emit(self, event: str, *args: Any) -> None:
        self.told.append((event, *args))
        if event != "error":
            self.emit(event, *args)

    def _call(self, function: Callable[..., Any], *args: Any) -> None:
        function(*args)

    def _settle(self) -> None:
        self.told.append(("settle",))

    def _rest(self, rounds: int) -> None:
        self.told.append(("rest", rounds))
