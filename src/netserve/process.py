"""This process as a child: the other end of the channel that `fork()` made. Node: `process`.

    if process.connected:
        process.on("message", lambda message, handle: process.send("got it"))

The functions here are those of an emitter: events are `message(message, handle)` and `disconnect`.
A listener of either keeps the program alive while the channel is open. In a program that nobody
forked `connected` is False, `channel` is `None` and `send()` raises `RuntimeError`
(`ERR_IPC_CHANNEL_CLOSED`).
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket as _socket
from collections.abc import Callable
from typing import Any

from ._core import Channel
from ._descriptors.kinds import as_socket
from ._errors import StateError
from ._processes.ipc import SERIALIZATIONS, Peer
from ._runtime import Runtime, current

__all__ = [
    "disconnect",
    "emit",
    "event_names",
    "get_max_listeners",
    "listener_count",
    "listeners",
    "off",
    "on",
    "once",
    "prepend_listener",
    "prepend_once_listener",
    "remove_all_listeners",
    "send",
    "set_max_listeners",
]

log = logging.getLogger("netserve")

CHANNEL_FD = "NODE_CHANNEL_FD"
SERIALIZATION = "NODE_CHANNEL_SERIALIZATION_MODE"


class Process(Peer):
    """The process that started this one."""

    # A cluster's worker listens by itself.
    _always = False
    _serialization = "json"

    def send(
        self,
        message: Any,
        handle: Any = None,
        *,
        keep_open: bool = False,
        callback: Callable[..., Any] | None = None,
    ) -> bool:
        """Sends a message, and a handle along with it: as `ChildProcess.send()` does.

        Node: `process`, "process.send()".
        """
        if not self._was_opened:
            message = "this program was not forked: there is no channel to send on"
            raise StateError(message, "ERR_IPC_CHANNEL_CLOSED")
        self._settle()
        return super().send(message, handle, keep_open=keep_open, callback=callback)

    def disconnect(self) -> None:
        """Closes the channel once everything sent has left; `disconnect` follows.

        Node: `process`, "process.disconnect()".
        """
        if not self._was_opened:
            raise StateError("this program was not forked", "ERR_IPC_DISCONNECTED")
        self._settle()
        super().disconnect()

    def _settle(self) -> None:
        """The channel was opened before there was a loop, maybe in another thread: it moves."""
        if self._core is None or self._runtime.attached:
            return
        runtime = current()
        if runtime is not self._runtime and (fd := self._core.detach()) is not None:
            self._adopt(runtime, fd)

    def _adopt(self, runtime: Runtime, fd: int) -> None:
        self._open_channel(runtime, fd, self._serialization)
        self._listeners_changed("message")

    def _begin_reading(self, core: Channel) -> None:
        # Not before the program has had its first turn in the loop, to say what it listens for.
        def begin(loop: asyncio.AbstractEventLoop) -> None:
            loop.call_soon(loop.call_soon, core.open)

        self._runtime.with_loop(begin)

    def _open(self) -> None:
        """Takes the channel over that the environment speaks of, once."""
        fd = os.environ.pop(CHANNEL_FD, None)
        mode = os.environ.pop(SERIALIZATION, "") or "json"
        if fd is None or not fd.isdecimal():
            return
        if not is_channel(int(fd)):
            # Somebody between us and the one who made it closed it, and left the environment.
            log.warning(
                "%s is %s, which is no channel: there is no parent to talk to", CHANNEL_FD, fd
            )
            return
        os.set_inheritable(int(fd), False)
        if mode in SERIALIZATIONS:
            self._serialization = mode
        else:
            # Node's own programs end here. If it is not JSON, the channel breaks.
            unknown = f"{SERIALIZATION} is %r, neither 'json' nor 'advanced': 'json' is taken"
            log.warning(unknown, mode)
        self._adopt(current(), int(fd))

    def _listeners_changed(self, event: str) -> None:
        if event in ("message", "disconnect") and self._control is not None:
            self._settle()
            wanted = self._always or self._has("message") or self._has("disconnect")
            self._control._suggest(wanted)
        super()._listeners_changed(event)


def is_channel(fd: int) -> bool:
    """Whether a descriptor can be what `fork()` gave us."""
    try:
        with as_socket(fd) as socket:
            return socket.family == _socket.AF_UNIX and socket.type == _socket.SOCK_STREAM
    except (OSError, OverflowError):
        return False


this = Process()
this._open()

on = this.on
once = this.once
off = this.off
prepend_listener = this.prepend_listener
prepend_once_listener = this.prepend_once_listener
emit = this.emit
listeners = this.listeners
listener_count = this.listener_count
event_names = this.event_names
remove_all_listeners = this.remove_all_listeners
set_max_listeners = this.set_max_listeners
get_max_listeners = this.get_max_listeners
send = this.send
disconnect = this.disconnect

# Others change with time.
_LIVE = ("connected", "channel")


def __getattr__(name: str) -> Any:
    if name in _LIVE:
        return getattr(this, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
