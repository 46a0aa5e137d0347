"""`Worker`: one worker, as the primary sees it, or as it sees itself."""

from __future__ import annotations

import contextvars
import signal as _signal
from collections.abc import Callable
from typing import Any, NoReturn, Protocol, Self

from .._errors import code_of
from .._events.calling import Caller
from .._processes.ipc import BROKEN_CHANNEL, Peer
from .._processes.keywords import Sendable
from .._runtime import current
from .._shown import as_shown
from ._events import WorkerEvents


class Side(Protocol):
    """What the worker's primary, or the worker itself, does with it."""

    def disconnect(self, worker: Worker, graceful: float | None = None) -> None:
        """Has it close its servers, wait for their connections, and leave.

        After `graceful` seconds the connections that are left are destroyed.
        """

    def kill(self, worker: Worker, signal: int | str) -> None:
        """Ends it."""

    def is_dead(self) -> bool:
        """Whether its process is over."""


class Worker(Caller, WorkerEvents):
    """A worker of a cluster. Node: `cluster`, "Class: Worker".

    Events: `online`, `listening(address)`, `message(message, handle)`, `disconnect`,
    `exit(code, signal)`, `error(exc)`.
    """

    id: int
    """Its number, counted from 1; the key in `cluster.workers`."""
    process: Any
    """The channel to it: a `ChildProcess`; in the worker itself, `netserve.process`."""
    exited_after_disconnect: bool | None
    """Whether it leaves because it was asked to; `None` as long as it stays."""

    def __init__(self, number: int, process: Peer, side: Side) -> None:
        self.id = number
        self.process = process
        self.exited_after_disconnect = None
        self._side = side
        self._runtime = current()
        self._base_context = contextvars.copy_context()
        process.on("message", lambda *what: self._emit("message", *what))
        process.on("error", self._on_error)

    @property
    def _context(self) -> contextvars.Context:
        """Each listener runs in a copy of the context that the worker was started in."""
        return self._base_context.copy()

    def __repr__(self) -> str:
        """Its number, its process, and whether that is over."""
        pid = getattr(self.process, "pid", None)
        words = (str(self.id), f"pid {pid}" if pid else "", "dead" if self.is_dead() else "alive")
        return as_shown(self, *words)

    def send(
        self,
        message: object,
        handle: Sendable | None = None,
        *,
        keep_open: bool = False,
        callback: Callable[..., object] | None = None,
    ) -> bool:
        """Sends a message: to the worker; in the worker, to the primary.

        As `ChildProcess.send()`. Node: `cluster`, "worker.send()".
        """
        sent: bool = self.process.send(message, handle, keep_open=keep_open, callback=callback)
        return sent

    def is_connected(self) -> bool:
        """Whether its channel is open. Node: `cluster`, "worker.isConnected()"."""
        return bool(self.process.connected)

    def is_dead(self) -> bool:
        """Whether its process is over; in the worker, False. Node: `cluster`, "worker.isDead()"."""
        return self._side.is_dead()

    def disconnect(self) -> Self:
        """Has the worker close its servers, wait for their connections, and leave.

        Only servers that the primary listens for are closed. Node: `cluster`,
        "worker.disconnect()".
        """
        self._side.disconnect(self)
        return self

    def kill(self, signal: int | str = _signal.SIGTERM) -> None:
        """Ends the worker: in the primary by a signal; in the worker, by leaving at once.

        A worker leaves with exit code 0, and the signal means nothing there, as in Node. Node:
        `cluster`, "worker.kill()".
        """
        self._side.kill(self, signal)

    destroy = kill

    def _on_error(self, error: BaseException) -> None:
        if self._has("error") or code_of(error) != BROKEN_CHANNEL:
            self._emit("error", error)
        else:
            # One worker that talks nonsense is no reason to end the others.
            self._runtime.report("a worker broke its channel", error, self)


def tell(worker: Worker, event: str, *args: object) -> None:
    """Emits an event of a worker's, for the primary or the worker itself that it is about."""
    worker._emit(event, *args)


def leave_at_once() -> NoReturn:
    """Ends the program of a worker, with exit code 0: a loop stops for it and closes everything."""
    raise SystemExit(0)


def retire(worker: Worker, graceful: float) -> None:
    """Has a worker leave, whose connections have `graceful` seconds to end."""
    worker._side.disconnect(worker, graceful)
