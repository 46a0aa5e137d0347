"""Which loop, which reactor; `run()` and `until_idle()`.

A reactor can exist before there is a loop: what a program creates at its top level waits in one
that the next loop of this thread takes over, as soon as anything of netserve's is made or awaited
there. Only then is something opened that the kernel watches, so a process that forks before has
nothing that parent and child would share. Nothing else in netserve asks which loop is running.

How the end of a loop is noticed, and why a forked child goes on with nothing of its parent's loop:
`docs/design/loops.md`.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import contextvars
import functools
import inspect
import logging
import os
import sys
import threading
import warnings
import weakref
from collections.abc import AsyncGenerator, Callable, Iterator
from enum import IntEnum
from threading import get_ident
from typing import Literal, TypeVar

from ._core import Reactor
from ._errors import StateError, wrong_type
from ._job import Job
from ._reports import Reports
from ._states import Step, Tables
from ._types import Work
from ._waiters import Waiters

__all__ = ["run", "until_idle"]

T = TypeVar("T")
log = logging.getLogger("netserve")


class Driving(IntEnum):
    """Whether a loop drives a reactor."""

    WAITING = 0  # no loop yet: it was made at a program's top level
    DRIVEN = 1
    OVER = 2  # the loop is over, or runs in the process that forked this one


DRIVE = Step("drive", {Driving.WAITING: Driving.DRIVEN})
END = Step("end", {Driving.WAITING: Driving.OVER, Driving.DRIVEN: Driving.OVER})

# The documentation draws these.
TABLES: Tables = {"driving": (Driving, (DRIVE, END))}


class Turns(functools.partial[None]):
    """What a loop calls when its reactor has something to tell.

    The loop refers to it, and through it to the runtime; nothing else does. So a loop that is
    closed, or collected as garbage, lets go of it, and by that its end is noticed.
    """

    runtime: Runtime
    # An asynchronous generator, which `asyncio.run()` and its like end before they close the loop.
    keeper: AsyncGenerator[None, None]

    def __del__(self) -> None:
        if not sys.is_finalizing():
            self.runtime.let_go()


class Runtime:
    """A reactor, and the loop that drives it (none yet, at a program's top level)."""

    def __init__(self) -> None:
        self.driving = Driving.WAITING
        self._thread = threading.current_thread().name
        # The thread in which a loop was last seen to drive it; 0: none does.
        self._ident = 0
        # The development mode (`python -X dev`) has the core look for mistakes: yours and ours.
        self.reactor = Reactor(self, checks=sys.flags.dev_mode)
        # `defer(function, *args)` calls it after the current event: Node's `process.nextTick()`.
        self.defer = self.reactor.defer
        # Raises, in the development mode, in a thread that is not the loop's.
        self.check_thread = self.reactor.check_thread
        # Raises when the loop is over (`ERR_LOOP_CLOSED`) and, in the development mode, in a thread
        # that is not the loop's.
        self.check_use = self.reactor.check_use
        # Weak: a loop that is over should take its runtime along.
        self._loop: weakref.ref[asyncio.AbstractEventLoop] | None = None
        self._turns: weakref.ref[Turns] | None = None
        self._waiting: list[Callable[[asyncio.AbstractEventLoop], object]] = []
        self._idle: Waiters[None] = Waiters()
        # A loop knows its tasks only weakly.
        self.jobs: set[Job] = set()
        self.failure: asyncio.Future[None] | None = None
        # What goes into logs, and how often.
        self.reports = Reports()
        # Called when the loop is over, while its reactor is still there.
        self.closers: set[Callable[[], None]] = set()
        # How many handles are here that the program did not ask for: the channel to its parent.
        self.given = 0
        self._forget_wake: Callable[[], None] = lambda: None
        # A fork has made a copy of it: if no loop drives it here, one of the other process's may.
        self._has_copy = False
        # How its loop is named once that is over.
        self._loop_name = "that no loop ever drove"
        _alive.add(weakref.ref(self, _alive.discard))

    # Attaching

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Has `loop`, which runs in this thread, drive the reactor from now on."""
        fd = self.reactor.open()
        turns = Turns(self.reactor.poll)
        turns.runtime, turns.keeper = self, self._until_the_end()
        self.driving = DRIVE[self.driving]
        self._loop, self._turns = weakref.ref(loop), weakref.ref(turns)
        kind, thread = type(loop), threading.current_thread().name
        self._loop_name = f"of {kind.__module__}.{kind.__qualname__} in thread {thread!r}"
        loop.add_reader(fd, turns)
        loop.call_soon(self.reactor.poll)
        with contextlib.suppress(StopIteration):
            turns.keeper.asend(None).send(None)
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call(loop)

    @property
    def attached(self) -> bool:
        """Whether a loop drives it."""
        return self.driving is DRIVEN

    @property
    def is_over(self) -> bool:
        """Whether its loop is over, or runs in the process that forked this one."""
        return self.driving is OVER

    @property
    def is_busy(self) -> bool:
        """Whether something of it keeps the program alive."""
        return self.reactor.active > 0 or self.reactor.busy

    def is_driven_by(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether it is `loop` that drives it."""
        return self._loop is not None and self._loop() is loop

    def join(self) -> None:
        """To be called by whatever awaits: the running loop drives this from now on, if none does.

        Raises `RuntimeError`: `ERR_LOOP_CLOSED` when the loop is over, `ERR_INVALID_STATE` where
        another one drives it or where it was made in another thread.
        """
        # To ask for the running loop is a system call before Python 3.12. Where ours runs in this
        # thread, it is ours.
        loop = None if self._loop is None else self._loop()
        if self._ident != get_ident() or loop is None or not loop.is_running():
            self._join(asyncio.get_running_loop())
        self.reactor.awaited()

    def _join(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.driving is DRIVEN and (self._loop is None or _is_over(self._loop())):
            self.let_go()
        if self.driving is WAITING and getattr(_top_level, "runtime", None) is self:
            current()
        self.reactor.check_use()
        if self.driving is WAITING:
            message = (
                f"this server or socket was made in thread {self._thread!r}, where no event loop "
                "drives it yet: make it in the thread that uses it"
            )
            raise StateError(message, "ERR_INVALID_STATE")
        if not self.is_driven_by(loop):
            message = (
                f"this server or socket belongs to another event loop, that {self._loop_name}: "
                "await it there, or move it by netserve.transfer()"
            )
            raise StateError(message, "ERR_INVALID_STATE")
        self._ident = get_ident()

    def with_loop(self, call: Callable[[asyncio.AbstractEventLoop], object]) -> None:
        """Calls `call(loop)`: now, or as soon as there is a loop; never, once that is closed."""
        if self.driving is WAITING:
            self._waiting.append(call)
            return
        loop = None if self._loop is None or self.driving is OVER else self._loop()
        if loop is not None and not loop.is_closed():
            call(loop)

    # The end

    def close(self) -> None:
        """Closes every server and socket: the loop is closed or about to be."""
        if self.driving is OVER:
            return
        self.reactor.come_home()
        with contextlib.ExitStack() as rest:
            # Whatever one of them raises, all of it happens, the last one first.
            rest.callback(self.reactor.close, f"the event loop is over, {self._loop_name}")
            rest.callback(self._end)
            for closer in tuple(self.closers):
                rest.callback(closer)

    def _end(self) -> None:
        loop = None if self._loop is None else self._loop()
        self.driving, self._ident = END[self.driving], 0
        self.closers.clear()
        self._waiting.clear()
        if loop is not None and not loop.is_closed():
            self._detach(loop)

    def _detach(self, loop: asyncio.AbstractEventLoop) -> None:
        turns = None if self._turns is None else self._turns()
        if turns is not None:
            # `RuntimeError`: it is what ends us.
            with contextlib.suppress(StopIteration, RuntimeError):
                turns.keeper.aclose().send(None)
        loop.remove_reader(self.reactor.fileno())

    def let_go(self) -> None:
        """Closes what a loop left open that was closed or collected, or that never came."""
        left = (self.reactor.handles or len(self.closers)) - self.given
        if self.driving is OVER:
            return
        never, elsewhere = self.driving is WAITING, self._has_copy
        self.close()
        if left > 0 and never and not elsewhere:
            warnings.warn(
                f"netserve: no event loop drove what thread {self._thread!r} made at its top level "
                f"({left} servers and connections): await something of it, or call netserve.run()",
                ResourceWarning,
                stacklevel=2,
            )
        elif left > 0 and not never:
            warnings.warn(
                f"netserve: {left} servers and connections were open when their event loop was "
                f"closed, {self._loop_name}: close them before, or use asyncio.run()",
                ResourceWarning,
                stacklevel=2,
            )

    def __del__(self) -> None:
        if not sys.is_finalizing():
            self.let_go()

    async def _until_the_end(self) -> AsyncGenerator[None, None]:
        """Closes everything with the loop.

        A loop says nothing before it is closed, but `asyncio.run()` and its like first end the
        asynchronous generators that are under way: so this is one.
        """
        try:
            yield
        finally:
            self.close()

    def at_exit(self) -> None:
        """The program ends: what no loop will take care of any more is closed, and warned about.

        A loop that still runs, in a thread that the interpreter does not wait for, is let alone.
        """
        loop = None if self._loop is None else self._loop()
        if loop is None or not loop.is_running():
            self.let_go()

    def was_copied(self) -> None:
        """This process has forked another one."""
        self._has_copy = True

    def leave_to_parent(self) -> None:
        """This process was forked: what a loop of its parent's drives is the parent's.

        What no loop drove yet is the child's as well: it shares no reactor.
        """
        self._has_copy = True
        if self.driving is DRIVEN:
            self.driving, self._ident = END[self.driving], 0
            self.closers.clear()
            # The thread that forked is all that there is in the child.
            self.reactor.come_home()
            parent = os.getppid()
            why = f"the event loop runs in process {parent}, which forked this one"
            self.reactor.leave(f"{why}, {self._loop_name}")

    # What the rest of the package asks for

    def call_later(self, seconds: float, function: Callable[[], object]) -> Callable[[], None]:
        """Calls `function()` after `seconds`; calling what is returned cancels that."""
        state: list[asyncio.TimerHandle | Literal[True] | None] = [None]

        def start(loop: asyncio.AbstractEventLoop) -> None:
            if state[0] is None:
                state[0] = loop.call_later(seconds, function)

        def cancel() -> None:
            handle, state[0] = state[0], True
            if handle is not None and handle is not True:  # uvloop's handles are of its own class
                handle.cancel()

        self.with_loop(start)
        return cancel

    def call_threadsafe(self, function: Callable[..., object], *args: object) -> None:
        """Calls `function(*args)` in this loop's thread, from any thread, unless that is closed."""

        def call(loop: asyncio.AbstractEventLoop) -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(function, *args)

        self.with_loop(call)

    def spawn(
        self,
        coroutine: Work[object],
        over: Callable[[BaseException | None], object],
        context: contextvars.Context | None = None,
    ) -> Job:
        """Runs a listener's coroutine as a task that keeps the program alive.

        `over(error)` is called once it has ended: with what it raised, with `CancelledError`, or
        with `None`. It runs in `context`, or in a copy of the caller's.
        """
        try:
            self.check_use()
        except RuntimeError:
            coroutine.close()
            raise
        job = Job(coroutine, over, self.reactor.release)
        self.reactor.hold()
        self.with_loop(lambda loop: job.start(loop, context, self.jobs))
        return job

    def after_rounds(self, rounds: int, function: Callable[[], object]) -> None:
        """Calls `function()` once the loop has done what it has to do now, so many times over;
        never, if the loop is over by then."""
        if rounds:
            again = functools.partial(self.after_rounds, rounds - 1, function)
            self.with_loop(lambda loop: loop.call_soon(again))
        elif self.driving is not OVER:
            function()

    def future(self) -> asyncio.Future[T]:
        """A future of the running loop."""
        return asyncio.get_running_loop().create_future()

    def report(
        self, what: str, error: BaseException, source: object = None, *, who: str = ""
    ) -> None:
        """Gives an exception that no listener handled to the loop's exception handler."""
        if self.driving is OVER:
            log.error("%s", what, exc_info=error)
        self.with_loop(lambda loop: self.reports.tell(loop, what, error, source, who))

    def fail(
        self, what: str, error: BaseException, source: object = None, *, who: str = ""
    ) -> None:
        """An error that the whole program should know of: `run()` raises it."""
        if self.failure is not None and not self.failure.done():
            self.failure.set_exception(error)
        else:
            self.report(what, error, source, who=who)

    # Waiting

    async def wait_idle(self) -> None:
        """Waits until nothing ref'd is left."""
        while self.is_busy:
            await self._idle.wait()

    # What the reactor asks for

    def _wake(self) -> None:
        self.with_loop(self._soon)

    def _soon(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon(self.reactor.poll, True)

    def _wake_at(self, seconds: float) -> None:
        # The timer set before would have come later; this one does its work.
        self._forget_wake()
        self._forget_wake = self.call_later(seconds, self.reactor.expire)

    def _became_idle(self) -> None:
        self._idle.wake(None)

    def _broken(self, rule: str) -> None:
        log.critical("a mistake in netserve: %s", rule, stack_info=True)

    def _report(self, error: BaseException) -> None:
        self.report("exception in a deferred call", error)


# As it takes six times as long to reach them through their class before Python 3.12.
WAITING, DRIVEN, OVER = Driving

# Every runtime there is. (A copy of it is taken in one step, whatever other threads do.)
_alive: set[weakref.ref[Runtime]] = set()
# The runtimes of each loop. Weak: the loop itself refers to them. There is more than one where
# something was made while the loop did not run.
_driven: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, list[weakref.ref[Runtime]]] = (
    weakref.WeakKeyDictionary()
)
# `runtime`: what this thread made at its top level, for the next loop that runs in it.
_top_level = threading.local()


def current() -> Runtime:
    """The runtime of the running loop, or the one that waits for this thread's next loop."""
    loop = _running_loop()
    waiting: Runtime | None = getattr(_top_level, "runtime", None)
    if loop is None:
        if waiting is None:
            waiting = _top_level.runtime = Runtime()
        return waiting
    if waiting is None:
        for runtime in _runtimes_of(loop):
            return runtime
        waiting = Runtime()
    waiting.attach(loop)
    _top_level.runtime = None
    _driven.setdefault(loop, []).append(weakref.ref(waiting))
    return next(_runtimes_of(loop))


def _runtimes_of(loop: asyncio.AbstractEventLoop) -> Iterator[Runtime]:
    """The runtimes that a loop drives, the oldest first."""
    for known in _driven.get(loop, ()):
        runtime = known()
        if runtime is not None and runtime.driving is DRIVEN:
            yield runtime


def _is_over(loop: asyncio.AbstractEventLoop | None) -> bool:
    return loop is None or loop.is_closed()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _each(call: Callable[[Runtime], None]) -> None:
    """Calls `call(runtime)` for all that there are, whatever one of the calls raises."""
    with contextlib.ExitStack() as rest:
        for known in _alive.copy():
            runtime = known()
            if runtime is not None:
                rest.callback(call, runtime)


atexit.register(_each, Runtime.at_exit)
os.register_at_fork(
    after_in_parent=functools.partial(_each, Runtime.was_copied),
    after_in_child=functools.partial(_each, Runtime.leave_to_parent),
)


async def until_idle() -> None:
    """Waits, inside a running loop, until no ref'd server, socket or listener's task is left.

    What keeps a program alive is what keeps Node alive: a server that listens, a socket that
    connects, reads, or has bytes or an end still to write. Node: `net`, "server.ref()".
    """
    current()
    loop = asyncio.get_running_loop()
    while busy := [runtime for runtime in _runtimes_of(loop) if runtime.is_busy]:
        await busy[0].wait_idle()


def run(main: Work[T] | None = None) -> T | None:
    """Drives an event loop: `main` if given, then until no ref'd server or socket is left.

    Returns what `main` returns. Raises what `main` raises, and an `error` event of a server or
    client socket that nobody listens to. Takes over what was created before there was a loop.
    Raises `RuntimeError` inside a running loop: use `await until_idle()` there.
    """
    if main is not None and not inspect.iscoroutine(main):
        raise wrong_type("main", "a coroutine (what calling an async def returns)", main)
    if _running_loop() is not None:
        if main is not None:
            main.close()
        message = "run() inside a running loop: use await until_idle() there"
        raise StateError(message, "ERR_INVALID_STATE")
    return asyncio.run(_drive(main))


async def _drive(main: Work[T] | None) -> T | None:
    runtime = current()
    runtime.failure = runtime.future()
    try:
        result = None if main is None else await _unless(runtime.failure, main)
        await _unless(runtime.failure, until_idle())
        return result
    finally:
        runtime.failure.cancel()


async def _unless(failure: asyncio.Future[None], work: Work[T]) -> T:
    """What `work` returns, unless an error that nobody listens to comes first."""
    task = asyncio.ensure_future(work)
    try:
        either: set[asyncio.Future[T] | asyncio.Future[None]] = {task, failure}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if failure.done():
            failure.result()
        return await task
    finally:
        if not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        elif not task.cancelled():
            # It was raised above, and would be reported as never retrieved.
            task.exception()
