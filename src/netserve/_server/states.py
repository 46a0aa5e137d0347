"""The states of a server, and the steps between them."""

from __future__ import annotations

from enum import IntEnum

from .._states import Step, Tables


class State(IntEnum):
    """What a server does. `listen()` may be called again in all states but two."""

    IDLE = 0
    BINDING = 1  # `listen()` was called: a name is looked up, or a primary is asked
    FAILING = 2  # that came to nothing, and the error is about to be emitted
    LISTENING = 3
    CLOSING = 4  # `close` is to come, once the last connection has ended
    CLOSED = 5
    MOVED = 6  # it listens in another thread: nothing more may be asked here


LISTEN = Step(
    "listen",
    {
        State.IDLE: State.BINDING,
        State.FAILING: State.BINDING,
        State.CLOSING: State.BINDING,
        State.CLOSED: State.BINDING,
    },
)
BOUND = Step("bound", {State.BINDING: State.LISTENING})
FAIL = Step("fail", {State.BINDING: State.FAILING})
TELL_FAILURE = Step("tell failure", {State.FAILING: State.IDLE})
CLOSE = Step(
    "close",
    {
        State.IDLE: State.CLOSING,
        State.BINDING: State.CLOSING,
        State.FAILING: State.CLOSING,
        State.LISTENING: State.CLOSING,
        State.CLOSING: State.CLOSING,
        State.CLOSED: State.CLOSING,
        State.MOVED: State.MOVED,
    },
)
MOVE = Step("move", {State.LISTENING: State.MOVED})
TELL_CLOSE = Step(
    "tell close",
    {
        State.CLOSING: State.CLOSED,
        # Where `close()` was called twice.
        State.CLOSED: State.CLOSED,
        State.MOVED: State.MOVED,
        # The end of an earlier life, which listen() did not wait for.
        State.IDLE: State.IDLE,
        State.BINDING: State.BINDING,
        State.FAILING: State.FAILING,
        State.LISTENING: State.LISTENING,
    },
)

# No `close` will come: there is no loop left to tell of it.
LOSE_LOOP = Step(
    "lose loop",
    {
        State.BINDING: State.CLOSED,
        State.FAILING: State.CLOSED,
        State.LISTENING: State.CLOSED,
        State.IDLE: State.CLOSED,
        State.CLOSING: State.CLOSED,
        State.CLOSED: State.CLOSED,
        State.MOVED: State.MOVED,
    },
)

# The documentation draws these.
TABLES: Tables = {
    "server": (State, (LISTEN, BOUND, FAIL, TELL_FAILURE, CLOSE, MOVE, TELL_CLOSE, LOSE_LOOP)),
}

OPENING = (State.BINDING, State.FAILING)
OPEN = (State.BINDING, State.LISTENING)
