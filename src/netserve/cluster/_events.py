"""The events of a cluster, of its workers and of their supervisor.

Those that are about a worker are made for a type of worker, as this file comes before the class.
"""

from __future__ import annotations

import signal as _signal
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from .._events.typed import TypedEmitter
from .._processes.events import Handle, Message
from .._types import Failure
from ._messages import ListeningAddress

W = TypeVar("W")

# fmt: off
WorkerEvents = TypedEmitter[
    Literal["online", "disconnect"], [],
    Literal["listening"], [ListeningAddress],
    Literal["message"], [Message, Handle],
    Literal["error"], [Failure],
    # The exit code, or the signal that ended it.
    Literal["exit"], [int | None, _signal.Signals | None],
]

ClusterEvents = TypedEmitter[
    # The settings; each is of another type.
    Literal["setup"], [Mapping[str, Any]],
    Literal["fork", "online", "disconnect"], [W],
    Literal["listening"], [W, ListeningAddress],
    Literal["message"], [W, Message, Handle],
    Literal["exit"], [W, int | None, _signal.Signals | None],
]

SupervisorEvents = TypedEmitter[
    Literal["error"], [Failure],
    # The old worker and the new one.
    Literal["replaced"], [W, W],
]
