"""Workers that stay: who dies is replaced, and all can be replaced without closing the port."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal as _signal
import time
from collections.abc import Callable, Mapping

from .._arguments import check_int, check_seconds
from .._errors import StateError, is_shortage
from .._events.emitter import EventEmitter
from .._processes.launch_request import check_env
from .._runtime import current
from .._waiters import Waiters
from ._events import SupervisorEvents
from ._primary import Primary
from ._worker import Worker, retire

log = logging.getLogger("netserve")

# A worker that dies before it listens is started again after this many seconds, then after twice
# as many, and so on; so many in a row are enough, if nobody serves.
FIRST_DELAY = 0.1
LONGEST_DELAY = 5.0
MOST_FAILURES = 8

# Who has listened for so many seconds did not die of its start.
STEADY = 5.0

# A worker destroys the connections that are left after the time that they have, and has so many
# seconds more: one for what its listeners do about that, and one to end.
CLEAN_UP = 2.0

# More than any machine has use for: a slip of the finger, which would end it.
MOST_WORKERS = 1024


class Supervisor(SupervisorEvents[Worker], EventEmitter):
    """Keeps `count` workers running; the port stays open even while there is none.

    A worker that dies is replaced at once; one that dies before it listens, after a delay that
    doubles from 0.1 to 5 seconds, and so are those that die within 5 seconds after that, but for
    the first. After eight in a row that did not listen it stops, unless another worker serves, and
    emits `error` (`ERR_WORKERS_KEEP_DYING`). A worker that can't be started because this process is
    out of descriptors or memory is tried again for as long as that lasts. Made by
    `cluster.supervise()`. Beyond Node.

    Events: `error(exc)`, `replaced(old, new)`.
    """

    def __init__(self, primary: Primary, count: int, env: Mapping[str, str] | None) -> None:
        check_int(count, "count", 1, MOST_WORKERS, what="a number of workers")
        if env is not None:
            check_env(env)
        self._primary = primary
        self._env = env
        self._runtime = current()
        # Those that make up the count: one that dies is replaced.
        self._workers: set[Worker] = set()
        # Those, and the new ones that `replace()` waits for, and the old ones that leave.
        self._running: set[Worker] = set()
        # Those that listen, and since when.
        self._listening: dict[Worker, float] = {}
        # How many in a row died before they listened, and how many soon after.
        self._failures = 0
        self._hasty = 0
        self._stopping = False
        # Woken when a worker came up, or is gone.
        self._changed: Waiters[None] = Waiters()
        primary.lingers = True
        for _ in range(count):
            self._start()

    @property
    def workers(self) -> tuple[Worker, ...]:
        """The workers that there are now, without new ones that don't listen yet and old ones that
        leave while `replace()` runs."""
        return tuple(self._workers)

    async def replace(self, timeout: float = 10.0, graceful: float = 10.0) -> None:
        """Replaces the workers one by one.

        A new one has `timeout` seconds to listen; only then the old one is disconnected, and has
        `graceful` seconds for its connections, and two more to clean up. Raises `RuntimeError`
        (`ERR_WORKER_NOT_LISTENING`) when a new worker does not come up; the old ones that are left
        stay.
        """
        check_seconds(timeout, "timeout"), check_seconds(graceful, "graceful")
        for old in self.workers:
            # One that died meanwhile was replaced then.
            if old in self._workers and not self._stopping:
                await self._replace_one(old, timeout, graceful)

    async def stop(self, graceful: float = 10.0) -> None:
        """Disconnects all workers.

        Connections that are left after `graceful` seconds are destroyed, and workers that are left
        two seconds later are killed.
        """
        check_seconds(graceful, "graceful")
        self._stopping = True
        self._primary.lingers = False
        await asyncio.gather(*(self._retire(worker, graceful) for worker in self._running))
        self._primary.close_handles()

    def came_up(self, worker: Worker) -> None:
        """Says that a worker is up. One whose primary listens for it needs not be told."""
        self._listening.setdefault(worker, time.monotonic())
        self._failures = 0
        self._changed.wake(None)

    # One worker

    def _start(self) -> None:
        self._workers.add(self._fork())

    def _fork(self) -> Worker:
        worker = self._primary.fork(self._env)
        self._running.add(worker)
        worker.once("listening", lambda _: self.came_up(worker))
        worker.once("exit", lambda *how: self._died(worker, *how))
        worker.on("error", lambda error: self._on_error(worker, error))
        return worker

    def _on_error(self, worker: Worker, error: BaseException) -> None:
        log.error("worker %d: %s", worker.id, error)
        if worker.process.pid is None:
            self._lost(worker, is_shortage(error))

    def _died(self, worker: Worker, code: int | None, signal: _signal.Signals | None) -> None:
        if worker in self._workers and not self._stopping:
            reason = f"exit code {code}" if signal is None else signal.name
            log.warning("worker %d died (%s): it is replaced", worker.id, reason)
        self._lost(worker, False)

    def _lost(self, worker: Worker, is_our_fault: bool) -> None:
        """A worker is over, or could not be started."""
        since = self._listening.pop(worker, None)
        self._running.discard(worker)
        self._changed.wake(None)
        if worker not in self._workers:
            return
        self._workers.discard(worker)
        if self._stopping:
            return
        if since is not None:
            self._start_again(self._delay_of_one_that_listened(since))
            return
        self._failures += 1
        if self._failures >= MOST_FAILURES and not self._listening and not is_our_fault:
            self._give_up()
        else:
            self._start_again(_delay(self._failures))

    def _delay_of_one_that_listened(self, since: float) -> float:
        if not self._listening:
            self._failures = 0  # the last that served: what follows is counted anew
        if time.monotonic() - since >= STEADY:
            self._hasty = 0
            return 0.0
        self._hasty += 1
        return _delay(self._hasty - 1)

    def _start_again(self, delay: float) -> None:
        if not delay:
            self._start()
            return
        self._runtime.reactor.hold()
        self._runtime.call_later(delay, self._start_late)

    def _start_late(self) -> None:
        self._runtime.reactor.release()
        if not self._stopping:
            self._start()

    def _give_up(self) -> None:
        self._stopping = True
        self._primary.lingers = False
        self._primary.close_handles()
        message = f"{MOST_FAILURES} workers in a row died before they listened"
        error = StateError(message, "ERR_WORKERS_KEEP_DYING")
        if self._has("error"):
            self.emit("error", error)
        else:
            self._runtime.fail("workers keep dying", error, self)

    async def _replace_one(self, old: Worker, timeout: float, graceful: float) -> None:
        new = self._fork()
        listens = False
        try:
            listens = await self._listens(new, timeout)
        finally:
            if not listens:
                new.kill(_signal.SIGKILL)
        if self._stopping:
            return
        if not listens:
            late = new in self._running
            reason = f"did not listen within {timeout:g} s" if late else "died before it listened"
            message = f"the new worker {reason}: the old ones stay"
            raise StateError(message, "ERR_WORKER_NOT_LISTENING")
        if old not in self._workers:
            await self._retire(new, graceful)
            return
        self._workers.add(new)
        await self._retire(old, graceful)
        self.emit("replaced", old, new)

    async def _listens(self, worker: Worker, timeout: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._until(lambda: worker in self._listening or worker not in self._running)
        return worker in self._listening

    async def _retire(self, worker: Worker, graceful: float) -> None:
        self._workers.discard(worker)
        if worker.is_connected() and not worker.exited_after_disconnect:
            retire(worker, float(graceful))
        try:
            async with asyncio.timeout(graceful + CLEAN_UP):
                await self._until(lambda: worker not in self._running)
        except TimeoutError:
            log.warning("worker %d did not leave within %g s: it is killed", worker.id, graceful)
            worker.kill(_signal.SIGKILL)
            await self._until(lambda: worker not in self._running)

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            await self._changed.wait()


def _delay(failures: int) -> float:
    """How many seconds to wait after so many failures in a row."""
    if not failures:
        return 0.0
    # The exponent is bounded: they may go on for months.
    return min(FIRST_DELAY * 2.0 ** min(failures - 1, 32), LONGEST_DELAY)
