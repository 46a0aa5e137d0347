"""The events of a server."""

from __future__ import annotations

from typing import Literal

from .._address.info import DropInfo
from .._events.typed import TypedEmitter
from .._socket.socket import Socket
from .._types import Failure

# fmt: off
ServerEvents = TypedEmitter[
    Literal["listening", "close"], [],
    Literal["connection"], [Socket],
    Literal["error"], [Failure],
    # Who was turned away; `None` on a path.
    Literal["drop"], [DropInfo | None],
]
