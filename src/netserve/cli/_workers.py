"""Serving with several processes: a primary that supervises, workers that serve."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Iterable
from typing import Literal

from netserve import AddressInfo, Server, cluster
from netserve._waiters import Waiters
from netserve.cluster import Supervisor, Worker

from ._output import say
from ._serve import (
    STOP_SIGNALS,
    ListenError,
    Request,
    ServiceError,
    announce,
    at_first_signal,
    open_server,
)

__all__ = [
    "SCHEDULES",
    "prepare_signals",
    "serve_as_worker",
    "serve_with_workers",
]

SCHEDULES = {
    "rr": cluster.SCHED_RR,
    "least": cluster.SCHED_LEAST,
    "shared": cluster.SCHED_NONE,
    # With `reuseport` each worker listens by itself, and no rule is needed.
    "reuseport": cluster.SCHED_RR,
}
# Where a server listens.
Address = AddressInfo | str | None

# What a worker tells its primary: that it listens, or why it can't.
LISTENING = "netserve:listening"
FAILED = "netserve:failed"

log = logging.getLogger("netserve")


async def serve_with_workers(request: Request, count: int, schedule: str) -> None:
    """Serves until a signal stops it. Raises `ServiceError`."""
    cluster.scheduling_policy = SCHEDULES[schedule]
    await PrimaryServer(request, count).serve()


class PrimaryServer:
    """The process that starts workers, and hears the signals."""

    def __init__(self, request: Request, count: int) -> None:
        self._graceful = request.graceful_timeout
        self._loop = asyncio.get_running_loop()
        self._starting: Waiters[Address] = Waiters()
        self._up = self._starting.add()
        self._stopped = asyncio.Event()
        self._replacing: asyncio.Task[None] | None = None
        self._again = False
        # Why the supervisor gave up, if it did.
        self._failure: BaseException | None = None
        self._everyone: list[Worker] = []
        self._catch_signals()
        cluster.on("fork", self._everyone.append)
        cluster.on("exit", lambda worker, *_: self._everyone.remove(worker))
        cluster.on("message", self._hear)
        self._supervisor: Supervisor = cluster.supervise(count)
        self._supervisor.on("error", self._fail)

    def _catch_signals(self) -> None:
        """The first signal stops, the second ends at once; SIGHUP replaces the workers."""
        for number in STOP_SIGNALS:
            self._loop.add_signal_handler(number, self._stop, number)
        self._loop.add_signal_handler(signal.SIGHUP, self._replace)

    async def serve(self) -> None:
        """Serves until a signal stops it. Raises `ServiceError`."""
        stopped = asyncio.ensure_future(self._stopped.wait())
        either: set[asyncio.Future[Address] | asyncio.Future[Literal[True]]] = {self._up, stopped}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if self._up.done():
                announce(self._up.result())
            await stopped
            say("Stopping:", f"waiting up to {self._graceful:g} s for open connections")
        finally:
            stopped.cancel()
            self._starting.wake(None)
            if self._replacing is not None:
                self._replacing.cancel()
            await self._supervisor.stop(self._graceful)
        if self._failure is not None:
            raise ServiceError(f"no worker serves any more: {self._failure}")

    def _hear(self, worker: Worker, message: object, handle: object) -> None:
        if not isinstance(message, dict):
            return
        if LISTENING in message:
            self._supervisor.came_up(worker)
            self._starting.wake(_address(message[LISTENING]))
        elif FAILED in message:
            error = ListenError(str(message[FAILED]))
            if not self._starting.fail(error) and not self._up.exception():
                log.error("worker %d: %s", worker.id, error)

    def _fail(self, error: BaseException) -> None:
        if not self._starting.fail(ListenError(str(error))):
            self._failure = error
            self._stopped.set()

    def _stop(self, number: int) -> None:
        if not self._stopped.is_set():
            self._stopped.set()
            return
        for worker in self._everyone:
            worker.kill(signal.SIGKILL)
        self._loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def _replace(self) -> None:
        if self._replacing is None:
            self._replacing = asyncio.ensure_future(self._replace_all())
        else:
            self._again = True

    async def _replace_all(self) -> None:
        say("Replacing", "the workers, one by one")
        try:
            await self._supervisor.replace(graceful=self._graceful)
            say("Replaced", "all workers")
        except RuntimeError as error:
            log.error("%s", error)
        finally:
            self._replacing = None
        if self._again:
            self._again = False
            self._replace()


def prepare_signals() -> None:
    """Says what signals mean to a worker until it serves, while it imports its handler.

    Those that a terminal sends to all processes mean nothing: the primary acts on them. SIGTERM
    ends it, and nothing went wrong.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        # Programs that the handler starts would inherit `SIG_IGN`.
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


async def serve_as_worker(request: Request) -> None:
    """Serves the connections that the primary deals, until it asks this worker to leave."""
    own = cluster.worker
    assert own is not None
    at_first_signal([signal.SIGTERM], own.disconnect)
    try:
        server = await open_server(request)
    except ListenError as error:
        _tell(own, {FAILED: str(error)})
        sys.exit(1)
    if not own.is_connected():
        return  # asked to leave before it listened by itself
    server.close_timeout = request.graceful_timeout
    own.on("disconnect", lambda: _close(server))
    async with server:
        _tell(own, {LISTENING: server.address()})
        await server.wait_closed()


def _tell(own: Worker, message: dict[str, object]) -> None:
    """Sends the primary a message, if the channel is open."""
    if own.is_connected():
        own.send(message)


def _close(server: Server) -> None:
    """Closes a server that listens by itself: the primary's `disconnect()` does not."""
    if server.listening:
        server.close(timeout=server.close_timeout)


def _address(said: object) -> Address:
    """An address, as it comes out of JSON."""
    if isinstance(said, Iterable) and not isinstance(said, str):
        return AddressInfo(*said)
    return said if isinstance(said, str) else None
