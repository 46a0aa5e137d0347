"""This process as a child: the other end of the channel that `fork()` made. Node: `process`.

    if process.connected:
        process.on("message", lambda message, handle: process.send("got it"))

The functions here are those of an emitter: events are `message(message, handle)` and `disconnect`.
A listener of either keeps the program alive while the channel is open. In a program that was not
forked `connected` is False, `channel` is `None` and `send()` raises `RuntimeError`
(`ERR_IPC_CHANNEL_CLOSED`). The channel is looked for, and opened, when any of them is first asked
for; importing this module does nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._processes.ipc import Control
from ._processes.own_process import Process as Process  # for annotations
from .cluster._this_process import this_process

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

# What follows is there once something asks for it, which opens the channel: importing this module
# looks at nothing. A checker sees the declarations, a program the function below.
if TYPE_CHECKING:
    _this = this_process().process

    connected: bool
    """Whether messages can be sent. Node: `process`, "process.connected"."""

    channel: Control | None
    """The channel, with `ref()` and `unref()`; `None` where there is none, or none any more.

    Node: `process`, "process.channel".
    """

    send = _this.send
    disconnect = _this.disconnect
    on = _this.on
    once = _this.once
    off = _this.off
    prepend_listener = _this.prepend_listener
    prepend_once_listener = _this.prepend_once_listener
    emit = _this.emit
    listeners = _this.listeners
    listener_count = _this.listener_count
    event_names = _this.event_names
    remove_all_listeners = _this.remove_all_listeners
    set_max_listeners = _this.set_max_listeners
    get_max_listeners = _this.get_max_listeners


# What changes with time.
_LIVE = ("connected", "channel")


if not TYPE_CHECKING:  # to a checker it would mean that there is every name

    def __getattr__(name: str) -> object:
        if name not in __all__ and name not in _LIVE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        this = this_process().process
        globals().update({function: getattr(this, function) for function in __all__})
        return getattr(this, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_LIVE})
