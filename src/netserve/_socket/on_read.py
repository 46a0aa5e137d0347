"""Reading into a buffer of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .._errors import ArgumentValueError, wrong_type

__all__ = ["OnRead"]

B = TypeVar("B", bytearray, memoryview)


class OnRead:
    """One reusable buffer for everything that a socket reads.

    `buffer` is a `bytearray`, a writable `memoryview`, or a function that returns one;
    `callback(nread, buffer)` is called for each read, and returning `False` pauses the socket.
    Node: `net`, "new net.Socket()", option `onread`.
    """

    __slots__ = ("buffer", "callback")

    def __init__(self, buffer: B | Callable[[], B], callback: Callable[[int, B], object]) -> None:
        if not callable(buffer):
            try:
                view = memoryview(buffer)
            except TypeError:
                raise wrong_type("buffer", "a writable buffer or a function", buffer) from None
            if view.readonly or not view.nbytes or view.format != "B" or view.ndim != 1:
                message = "buffer must be writable, made of bytes, and at least one byte long"
                raise ArgumentValueError(message)
        if not callable(callback):
            raise wrong_type("callback", "a function", callback)
        self.buffer: object = buffer
        self.callback: Callable[..., object] = callback
