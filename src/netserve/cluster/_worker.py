"""`Worker`: one worker, as the primary sees it, or as it sees itself."""

from __future__ import annotations

import signal as _signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from .._errors import code_of
from .._events.emitter import EventEmitter
from .._processes.ipc import BROKEN_CHANNEL, Peer
from ._messages import Conversation

if TYPE_CHECKING:
    from ..child_process import ChildProcess


class Worker(EventEmitter):
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

    def __init__(self, number: int, process: Peer) -> None:
        self.id = number
        self.process = process
        self.exited_after_disconnect = None
        self._talk = Conversation(process)
        process.on("message", self._on_message)
        process.on("error", self._on_error)

    def send(
        self,
        message: Any,
        handle: Any = None,
        *,
        keep_open: bool = False,
        callback: Callable[..., Any] | None = None,
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
        """Whether its process is over. Node: `cluster`, "worker.isDead()"."""
        return self.process.exit_code is not None or self.process.signal_code is not None

    def disconnect(self) -> Self:
        """Has the worker close its servers, wait for their connections, and leave.

        Node: `cluster`, "worker.disconnect()".
        """
        raise NotImplementedError

    def kill(self, signal: int | str = _signal.SIGTERM) -> None:
        """Ends the worker: by a signal; in the worker, by leaving at once.

        Node: `cluster`, "worker.kill()".
        """
        raise NotImplementedError

    destroy = kill

    def _on_message(self, message: Any, handle: Any) -> None:
        self._emit("message", message, handle)

    def _on_error(self, error: BaseException) -> None:
        if self._has("error") or code_of(error) != BROKEN_CHANNEL:
            self._emit("error", error)
        else:
            # One worker that talks nonsense is no reason to end the others.
            self.process._runtime.report("a worker broke its channel", error, self)

    def _emit(self, event: str, *args: Any) -> None:
        self.process._call(self.emit, event, *args)


class PrimarysWorker(Worker):
    """A worker, as the primary sees it."""

    process: ChildProcess

    def __init__(
        self, number: int, process: ChildProcess, leave: Callable[[PrimarysWorker], None]
    ) -> None:
        super().__init__(number, process)
        self._leave = leave

    def disconnect(self) -> Self:
        """Has the worker close its servers, wait for their connections, and leave."""
        self.exited_after_disconnect = True
        self._talk.say(act="disconnect")
        self._leave(self)
        return self

    def kill(self, signal: int | str = _signal.SIGTERM) -> None:
        """Sends it a signal."""
        self.process.kill(signal)

    destroy = kill
