"""The events of a socket, and what its chunks are.

A socket reads `bytes`; after `set_encoding()`, type checkers know it as a `Socket[str]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from .._events.typed import TypedEmitter
from .._types import Failure

if TYPE_CHECKING:
    from typing_extensions import TypeVar  # that of `typing` has a default from 3.13 on

    # A socket of any chunks, for `pipe` and `unpipe`: this file comes before the class.
    AnySocket = TypeVar("AnySocket")
    Chunk = TypeVar("Chunk", bound=bytes | str, default=bytes)
else:
    from typing import TypeVar

    AnySocket, Chunk = TypeVar("AnySocket"), TypeVar("Chunk")

# fmt: off
SocketEvents = TypedEmitter[
    # The source.
    Literal["pipe", "unpipe"], [AnySocket],
    Literal["connect", "ready", "end", "drain", "finish", "pause", "resume", "timeout"], [],
    Literal["data"], [Chunk],
    Literal["error"], [Failure],
    # Whether an error was the reason.
    Literal["close"], [bool],
    # The error, the address and its family (4 or 6), and the host that was looked up.
    Literal["lookup"], [Failure | None, str | None, int | None, str],
    # The address, the port and the family.
    Literal["connection_attempt", "connection_attempt_timeout"], [str, int, int],
    Literal["connection_attempt_failed"], [str, int, int, Failure],
]
