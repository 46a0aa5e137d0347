"""`Process`: this process as a child, with the channel to the one that forked it."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from .._core import Channel
from .._errors import StateError
from .._runtime import Runtime, current
from .events import ProcessEvents
from .inherited import Inherited
from .ipc import ClusterSide, Peer
from .ipc.states import CLOSED
from .keywords import Sendable


class Process(Peer, ProcessEvents):
    """The process that started this one.

    Events: `message(message, handle)`, `disconnect`. A listener of either keeps the program alive
    while the channel is open. Node: `process`, "Event: 'message'" and "Event: 'disconnect'".
    """

    def __init__(self, inherited: Inherited, cluster: ClusterSide | None = None) -> None:
        """Opens the channel that was inherited, if any; a cluster's keeps the program alive."""
        super().__init__(cluster)
        self._inherited = inherited
        if inherited.fd is not None:
            self._adopt(current(), inherited.fd)

    def send(
        self,
        message: object,
        handle: Sendable | None = None,
        *,
        keep_open: bool = False,
        callback: Callable[..., object] | None = None,
    ) -> bool:
        """Sends a message, and a handle along with it: as `ChildProcess.send()` does.

        Node: `process`, "process.send()".
        """
        link = self._link
        if link is None:
            message = "this program was not forked: there is no channel to send on"
            raise StateError(message, "ERR_IPC_CHANNEL_CLOSED")
        if not link.runtime.attached:
            self._settle()
        return super().send(message, handle, keep_open=keep_open, callback=callback)

    def disconnect(self) -> None:
        """Closes the channel once everything sent has left; `disconnect` follows.

        Node: `process`, "process.disconnect()".
        """
        if self._link is None:
            raise StateError("this program was not forked", "ERR_IPC_DISCONNECTED")
        self._settle()
        super().disconnect()

    def leave_to_parent(self) -> None:
        """This process was forked from the one that has the channel: there is none here."""
        link, self._link = self._link, None
        if link is not None and (fd := link.core.detach()) is not None:
            os.close(fd)

    def _settle(self) -> None:
        """The channel was opened before there was a loop, maybe in another thread: it moves."""
        link = self._link
        if link is None or link.state is CLOSED or link.runtime.attached:
            return
        runtime = current()
        if runtime is not link.runtime and (fd := link.core.detach()) is not None:
            self._adopt(runtime, fd)

    def _adopt(self, runtime: Runtime, fd: int) -> None:
        said = self._inherited
        self._open_channel(runtime, fd, said.serialization, said.limit)
        runtime.given += 1
        self._listeners_changed("message")

    def _on_closed(self) -> None:
        self._runtime.given -= 1
        super()._on_closed()

    def _begin_reading(self, core: Channel) -> None:
        # Not before the program has had its first turn in the loop, to say what it listens for.
        # Deferred, since a program may end in that turn, and its reactor with it.
        self._runtime.after_rounds(1, partial(self._runtime.defer, core.open))

    def _listeners_changed(self, event: str) -> None:
        if event in ("message", "disconnect") and self._link is not None:
            self._settle()
            heard = self._has("message") or self._has("disconnect")
            self._link.suggest_ref(heard or self._cluster is not None)
        super()._listeners_changed(event)
