"""`Job`: the coroutine of a listener, as a task."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable

from ._types import Work


class Job:
    """The coroutine of a listener, as a task, from the event that started it to its end.

    `over(error)` is called at the end: with what the coroutine raised, with `CancelledError`, or
    with `None`; and then `release()`, which no longer keeps the program alive.
    """

    __slots__ = ("__weakref__", "_coroutine", "_over", "_release", "cancelled", "task")

    def __init__(
        self,
        coroutine: Work[object],
        over: Callable[[BaseException | None], object],
        release: Callable[[], object],
    ) -> None:
        self._coroutine, self._over, self._release = coroutine, over, release
        # `None` before there is a loop, and where the loop's task factory refused it.
        self.task: asyncio.Task[object] | None = None
        self.cancelled = False

    def start(
        self,
        loop: asyncio.AbstractEventLoop,
        context: contextvars.Context | None,
        running: set[Job],
    ) -> None:
        """Makes the task, unless the job was cancelled before there was a loop.

        It is in `running` until it ends: a loop knows its tasks only weakly.
        """
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
        running.add(self)
        self.task.add_done_callback(lambda task: self._done(task, running))

    def _done(self, task: asyncio.Task[object], running: set[Job]) -> None:
        running.discard(self)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            # The loop has raised it already: it is about the whole program.
            error = asyncio.CancelledError()
        self._end(error)

    def _end(self, error: BaseException | None) -> None:
        try:
            self._over(error)
        finally:
            self._release()

    def cancel(self) -> None:
        """Calls the coroutine off."""
        if self.cancelled:
            return
        self.cancelled = True
        if self.task is not None:
            self.task.cancel()
        else:
            self._coroutine.close()
            self._release()
