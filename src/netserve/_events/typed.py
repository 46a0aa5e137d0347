"""Emitters with events of their own, for type checkers: which there are, and what each brings.

    ServerEvents = TypedEmitter[
        Literal["listening", "close"], [],
        Literal["connection"], [Socket],
    ]

    class Server(ServerEvents, EventEmitter): ...

This table is all that is written of an emitter's events. From it come the types of `on()`,
`once()`, `off()`, `prepend_listener()`, `prepend_once_listener()` and `emit()`, with a listener
and as decorators, and those of `netserve.once()` and `netserve.on()`: a misspelt event and a
listener of other arguments are errors. What is derived from `EventEmitter` itself has any events.

Here is what a program runs, where a table among the bases of a class is nothing. Type checkers
read typed.pyi.
"""

from __future__ import annotations

__all__ = ["TypedEmitter"]


class _Untyped:
    """A table, of whatever it is made."""

    def __getitem__(self, table: object) -> _Untyped:
        return self

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[()]:
        return ()


TypedEmitter = _Untyped()
