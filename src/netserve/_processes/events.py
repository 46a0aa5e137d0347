"""The events of the two ends of a channel."""

from __future__ import annotations

import signal as _signal
from typing import Any, Literal

from .._events.typed import TypedEmitter
from .._types import Failure

# What a message is, and whether a server or which kind of socket comes along, only the two
# programs know that talk to each other.
Message = Any
Handle = Any

# fmt: off
ChildEvents = TypedEmitter[
    Literal["spawn", "disconnect"], [],
    Literal["message"], [Message, Handle],
    Literal["error"], [Failure],
    # The exit code, or the signal that ended it.
    Literal["exit", "close"], [int | None, _signal.Signals | None],
]

ProcessEvents = TypedEmitter[
    Literal["disconnect"], [],
    Literal["message"], [Message, Handle],
    Literal["error"], [Failure],
]
