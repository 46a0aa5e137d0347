"""Which loop, which reactor; `run()` and `until_idle()`.

A reactor has a descriptor of its own that an event loop watches, so it can exist before there is a
loop: what a program creates at its top level waits in a reactor that the next loop of this thread
takes over. Nothing else in netserve asks which loop is running.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import logging
import sys
import threading
import weakref
from collections.abc import AsyncGenerator, Callable
from typing import Literal, TypeVar

from ._core import Reactor
from ._errors import StateError, wrong_type
from ._reports import Reports
from ._types import Work

__all__ = ["run", "until_idle"]

T = TypeVar("T")
log = logging.getLogger("netserve")


class Job:
    """The coroutine of a listener, as a task that keeps the program alive."""

    __slots__ = ("__weakref__", "_coroutine", "_over", "_runtime", "cancelled", "task")

    def __init__(
        self,
        runtime: Runtime,
        coroutine: Work[object],
        over: Callable[[BaseException | None], object],
    ) -> None:
        self._runtime, self._coroutine, self._over = runtime, coroutine, over
        # `None` before there is a loop, and where the loop's task factory refused it.
        self.task: asyncio.Task[object] | None = None
        self.cancelled = False

    def start(self, loop: asyncio.AbstractEventLoop, context: contextvars.Context | None) -> None:
        """Makes the task, unless the job was cancelled before there was a loop."""
        if self.cancelled:
            return
        try:
            self.task = loop.create_task(self._coroutine, context=context)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            # The loop has a task factory of the program's own, which raised.
            self.cancelled = True
            self._coroutine.close()
            self._end(error)
            return
        self._runtime.jobs.add(self)
        self.task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._runtime.jobs.discard(self)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            # The loop has raised it already: it is about the whole program.
            error = asyncio.CancelledError()
        self._end(error)

    def _end(self, error: BaseException | None) -> None:
        try:
            self._over(error)
        finally:
            self._runtime.reactor.release()

    def cancel(self) -> None:
        """Calls the coroutine off."""
        if self.cancelled:
            return
        self.cancelled = True
        if self.task is not None:
            self.task.cancel()
        else:
            self._coroutine.close()
            self._runtime.reactor.release()


class Runtime:
    """A reactor, and the loop that drives it (none yet, at a program's top level)."""

    def __init__(self) -> None:
        # The development mode (`python -X dev`) has the core look for mistakes: yours and ours.
        self.reactor = Reactor(self, checks=sys.flags.dev_mode)
        # `defer(function, *args)` calls it after the current event: Node's `process.nextTick()`.
        self.defer = self.reactor.defer
        # Raises, in the development mode, in a thread that is not the loop's.
        self.check_thread = self.reactor.check_thread
        # Weak: a loop that is over should take its runtime along.
        self._loop: weakref.ref[asyncio.AbstractEventLoop] | None = None
        self._waiting: list[Callable[[asyncio.AbstractEventLoop], object]] = []
        self._idle: asyncio.Future[None] | None = None
        self._keeper: AsyncGenerator[None, None] | None = None
        # A loop knows its tasks only weakly.
        self.jobs: set[Job] = set()
        self.failure: asyncio.Future[None] | None = None
        # What goes into logs, and how often.
        self.reports = Reports()
        # Called when the loop is over.
        self.closers: set[Callable[[], None]] = set()
        self._forget_wake: Callable[[], None] = lambda: None
        self._closed = False

    # Attaching

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Has `loop` drive the reactor from now on."""
        self._loop = weakref.ref(loop)
        loop.add_reader(self.reactor.fileno(), self.reactor.poll)
        loop.call_soon(self.reactor.poll)
        self._keeper = self._until_the_end()
        with contextlib.suppress(StopIteration):
            self._keeper.asend(None).send(None)
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call(loop)

    @property
    def attached(self) -> bool:
        """Whether a loop drives it."""
        return self._loop is not None

    def is_driven_by(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether it is `loop` that drives it."""
        return self._loop is not None and self._loop() is loop

    def with_loop(self, call: Callable[[asyncio.AbstractEventLoop], object]) -> None:
        """Calls `call(loop)`: now, or as soon as there is a loop; never, once that is closed."""
        if self._loop is None:
            self._waiting.append(call)
            return
        loop = self._loop()
        if loop is not None and not loop.is_closed():
            call(loop)

    def close(self) -> None:
        """Closes every server and socket: the loop is closed or about to be."""
        if not self._closed:
            self._closed = True
            for closer in list(self.closers):
                closer()
            self.with_loop(self._detach)
            self.reactor.close()

    async def _until_the_end(self) -> AsyncGenerator[None, None]:
        """Closes everything with the loop.

        A loop says nothing before it is closed, but `asyncio.run()` and its like first end the
        asynchronous generators that are under way: so this is one.
        """
        try:
            yield
        finally:
            self.close()

    def _detach(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.remove_reader(self.reactor.fileno())

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
        job = Job(self, coroutine, over)
        self.reactor.hold()
        self.with_loop(lambda loop: job.start(loop, context))
        return job

    def after_rounds(self, rounds: int, function: Callable[[], object]) -> None:
        """Calls `function()` once the loop has done what it has to do now, so many times over."""
        self.with_loop(lambda loop: loop.call_soon(_count_down, loop, rounds - 1, function))

    def future(self) -> asyncio.Future[T]:
        """A future of the running loop."""
        return asyncio.get_running_loop().create_future()

    def report(
        self, what: str, error: BaseException, source: object = None, *, who: str = ""
    ) -> None:
        """Gives an exception that no listener handled to the loop's exception handler."""
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
        while self.reactor.active or self.reactor.busy:
            if self._idle is None:
                self._idle = self.future()
            await asyncio.shield(self._idle)

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
        idle, self._idle = self._idle, None
        if idle is not None and not idle.done():
            idle.set_result(None)

    def _broken(self, rule: str) -> None:
        log.critical("a mistake in netserve: %s", rule, stack_info=True)

    def _report(self, error: BaseException) -> None:
        self.report("exception in a deferred call", error)


def _count_down(
    loop: asyncio.AbstractEventLoop, rounds: int, function: Callable[[], object]
) -> None:
    if rounds:
        loop.call_soon(_count_down, loop, rounds - 1, function)
    else:
        function()


_runtimes: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Runtime] = (
    weakref.WeakKeyDictionary()
)
_top_level = threading.local()


def current() -> Runtime:
    """The runtime of the running loop, or the one that waits for this thread's next loop."""
    loop = _running_loop()
    if loop is None:
        waiting: Runtime | None = getattr(_top_level, "runtime", None)
        if waiting is None:
            waiting = _top_level.runtime = Runtime()
        return waiting
    runtime = _runtimes.get(loop)
    return runtime if runtime is not None else _adopt(loop)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _adopt(loop: asyncio.AbstractEventLoop) -> Runtime:
    for other, old in list(_runtimes.items()):
        if other.is_closed():
            old.close()
            del _runtimes[other]
    waiting: Runtime | None = getattr(_top_level, "runtime", None)
    _top_level.runtime = None
    runtime = _runtimes[loop] = waiting or Runtime()
    runtime.attach(loop)
    return runtime


async def until_idle() -> None:
    """Waits, inside a running loop, until no ref'd server, socket or listener's task is left.

    What keeps a program alive is what keeps Node alive: a server that listens, a socket that
    connects, reads, or has bytes or an end still to write. Node: `net`, "server.ref()".
    """
    await current().wait_idle()


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
        await _unless(runtime.failure, runtime.wait_idle())
        return result
    finally:
        runtime.failure.cancel()
        runtime.close()
        _runtimes.pop(asyncio.get_running_loop(), None)


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
