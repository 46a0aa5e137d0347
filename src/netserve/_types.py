"""What several calls take, for type checkers. What is allowed of it, `_arguments.py` says."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from typing_extensions import Buffer  # that of `collections.abc` exists from 3.12 on

T = TypeVar("T")

# What calling an `async def` gives. What it sends to its loop, and is sent, is the loop's affair.
Work = Coroutine[Any, Any, T]

# A callback without arguments. Like every callback it may be a coroutine function, and what it
# returns is of no interest.
Called = Callable[[], object]

Data: TypeAlias = "Buffer | str"
Port = int | str
Path = str | os.PathLike[str]
Family = int | Literal["IPv4", "IPv6"]


class HasDescriptor(Protocol):
    """A `socket.socket`, and what is like it: a `Server`, a `Socket`, a file."""

    def fileno(self) -> int:
        """The number of its descriptor."""


class CanDetach(Protocol):
    """A `socket.socket`, and what is like it: it gives its descriptor away."""

    def detach(self) -> int:
        """The number of its descriptor, which is not its own any more."""


class Destination(Protocol):
    """What a socket can be piped to."""

    def write(self, data: Any, /) -> object:
        """Takes bytes, or a str: what the source reads. False: enough, wait for `drain`."""

    def end(self) -> object:
        """The source has ended."""


if TYPE_CHECKING:

    class Failure(Exception):
        """What an `error` event brings: every exception of ours has its code.

        One that a program gives to `destroy()` or `emit()` may have none.
        """

        code: str

else:
    Failure = Exception
