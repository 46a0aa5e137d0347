"""The states of a socket: six words, each with its own table of steps.

    life      what the connection is: connect() after `close` begins another life
    flow      who takes the bytes that are read
    incoming  the peer's end
    outgoing  our own end
    hearing   who hears of an error: listeners of `error`, or coroutines that await the socket
    trouble   whether anybody was told of the error that destroyed the connection

A `connect()` that is under way has a word of its own, `Dialing`. The core knows what the kernel
said and what it was asked to do; what that means is here, and only here.
"""

from __future__ import annotations

from enum import IntEnum

from .._states import Step, Tables


class Life(IntEnum):
    """What the connection is. From `DESTROYED` on, nothing but `close` is to come."""

    NEW = 0
    CONNECTING = 1
    OPEN = 2
    DESTROYED = 3
    CLOSED = 4
    # The connection goes on in another thread's loop: for this object that is the end.
    LEAVING = 5
    MOVED = 6


class Flow(IntEnum):
    """Who takes the bytes that are read."""

    IDLE = 0  # not asked for yet: they wait, up to the high-water mark
    HELD = 1  # `pause_on_connect`: not one is read from the kernel
    FLOWING = 2  # listeners and pipes, as they come
    PAUSED = 3  # `pause()` was called: they wait, up to the high-water mark


class Incoming(IntEnum):
    """The peer's end."""

    NONE = 0  # a descriptor that is only written
    OPEN = 1
    SEEN = 2  # the kernel said so; bytes before it wait still
    DUE = 3  # they were taken: `end` comes before the next event
    ENDED = 4  # `end` was emitted


class Outgoing(IntEnum):
    """Our own end."""

    NONE = 0  # a descriptor that is only read
    OPEN = 1
    ENDING = 2  # `end()` was called: it follows the last byte that waits
    FINISHED = 3  # the kernel was told: `finish` was emitted


class Hearing(IntEnum):
    """Who hears of an error."""

    LISTENERS = 0
    AWAITS = 1  # coroutines that await the socket; `error` listeners too, where there are any


class Trouble(IntEnum):
    """Whether anybody was told of the error that destroyed the connection."""

    NONE = 0  # there is no error
    UNTOLD = 1
    TOLD = 2  # an await raised it, or an `error` listener has it
    REPORTED = 3  # the loop's exception handler, or `run()`, has it


class Dialing(IntEnum):
    """How far one `connect()` is."""

    FINDING = 0  # no descriptor yet: a lookup, or between two addresses
    TRYING = 1  # a descriptor waits for its connection
    GIVEN_UP = 2  # nothing is left to try, and the socket is about to be destroyed
    OVER = 3  # the socket is connected, or gone


CONNECT = Step(
    "connect",
    {
        Life.NEW: Life.CONNECTING,
        Life.DESTROYED: Life.CONNECTING,
        Life.CLOSED: Life.CONNECTING,
    },
)
ADOPT = Step("adopt", {Life.NEW: Life.OPEN})
CONNECTED = Step("connected", {Life.CONNECTING: Life.OPEN})
DESTROY = Step(
    "destroy",
    {
        Life.NEW: Life.DESTROYED,
        Life.CONNECTING: Life.DESTROYED,
        Life.OPEN: Life.DESTROYED,
    },
)
MOVE = Step("move", {Life.DESTROYED: Life.LEAVING})
CLOSE = Step(
    "close",
    {
        Life.DESTROYED: Life.CLOSED,
        Life.LEAVING: Life.MOVED,
        # The end of an earlier life, which connect() did not wait for.
        Life.CONNECTING: Life.CONNECTING,
        Life.OPEN: Life.OPEN,
        Life.CLOSED: Life.CLOSED,
    },
)

# No `close` will come: there is no loop left to tell of it.
LOSE_LOOP = Step(
    "lose loop",
    {
        Life.NEW: Life.CLOSED,
        Life.CONNECTING: Life.CLOSED,
        Life.OPEN: Life.CLOSED,
        Life.DESTROYED: Life.CLOSED,
        Life.CLOSED: Life.CLOSED,
        Life.LEAVING: Life.MOVED,
        Life.MOVED: Life.MOVED,
    },
)

HOLD = Step("hold", {Flow.IDLE: Flow.HELD})
RESUME = Step(
    "resume",
    {Flow.IDLE: Flow.FLOWING, Flow.HELD: Flow.FLOWING, Flow.PAUSED: Flow.FLOWING},
)
PAUSE = Step("pause", {Flow.IDLE: Flow.PAUSED, Flow.FLOWING: Flow.PAUSED})
# An await takes what waits, whatever the flow; what was held is read from then on.
TAKE = Step(
    "take",
    {
        Flow.IDLE: Flow.IDLE,
        Flow.HELD: Flow.PAUSED,
        Flow.FLOWING: Flow.FLOWING,
        Flow.PAUSED: Flow.PAUSED,
    },
)

SEE_END = Step("see end", {Incoming.OPEN: Incoming.SEEN})
END_IS_DUE = Step("end is due", {Incoming.SEEN: Incoming.DUE})
# Bytes were put back in front of it.
PUT_OFF_END = Step("put off end", {Incoming.DUE: Incoming.SEEN})
TELL_END = Step("tell end", {Incoming.DUE: Incoming.ENDED})
# An await came to the end of a connection that was destroyed before `end` was emitted.
TAKE_END = Step("take end", {Incoming.SEEN: Incoming.ENDED, Incoming.DUE: Incoming.ENDED})

END = Step("end", {Outgoing.OPEN: Outgoing.ENDING, Outgoing.NONE: Outgoing.ENDING})
FINISH = Step("finish", {Outgoing.ENDING: Outgoing.FINISHED})

# Both ends at once, where no listener is there for what lies between.
PASS_INCOMING = Step("pass", {Incoming.OPEN: Incoming.ENDED})
PASS_OUTGOING = Step("pass", {Outgoing.OPEN: Outgoing.FINISHED})

AWAIT = Step("await", {Hearing.LISTENERS: Hearing.AWAITS, Hearing.AWAITS: Hearing.AWAITS})
LISTEN = Step("listen", {Hearing.LISTENERS: Hearing.LISTENERS, Hearing.AWAITS: Hearing.LISTENERS})

BREAK = Step("break", {Trouble.NONE: Trouble.UNTOLD})
TELL_ERROR = Step(
    "tell error",
    {
        Trouble.UNTOLD: Trouble.TOLD,
        Trouble.TOLD: Trouble.TOLD,
        # An await raises what a listener was told of, or what was reported.
        Trouble.REPORTED: Trouble.REPORTED,
    },
)
REPORT = Step(
    "report",
    {
        Trouble.UNTOLD: Trouble.REPORTED,
        # What an await raised has left the coroutine.
        Trouble.TOLD: Trouble.REPORTED,
    },
)

TRY = Step("try", {Dialing.FINDING: Dialing.TRYING})
TRY_NEXT = Step("try next", {Dialing.TRYING: Dialing.FINDING})
GIVE_UP = Step("give up", {Dialing.TRYING: Dialing.GIVEN_UP})
SETTLE = Step(
    "settle",
    {
        Dialing.FINDING: Dialing.OVER,
        Dialing.TRYING: Dialing.OVER,
        Dialing.GIVEN_UP: Dialing.OVER,
    },
)

# By the name of the word that they advance; the documentation draws these.
TABLES: Tables = {
    "life": (Life, (CONNECT, ADOPT, CONNECTED, DESTROY, MOVE, CLOSE, LOSE_LOOP)),
    "flow": (Flow, (HOLD, RESUME, PAUSE, TAKE)),
    "incoming": (Incoming, (SEE_END, END_IS_DUE, PUT_OFF_END, TELL_END, TAKE_END, PASS_INCOMING)),
    "outgoing": (Outgoing, (END, FINISH, PASS_OUTGOING)),
    "hearing": (Hearing, (AWAIT, LISTEN)),
    "trouble": (Trouble, (BREAK, TELL_ERROR, REPORT)),
    "dialing": (Dialing, (TRY, TRY_NEXT, GIVE_UP, SETTLE)),
}

READY_STATES = {
    (True, True): "open",
    (True, False): "readOnly",
    (False, True): "writeOnly",
    (False, False): "closed",
}


# The members that every connection asks for, or nearly: before Python 3.12 it takes six times as
# long to reach one through its class.
NEW, CONNECTING, OPEN, DESTROYED = Life.NEW, Life.CONNECTING, Life.OPEN, Life.DESTROYED
CLOSED, LEAVING, MOVED = Life.CLOSED, Life.LEAVING, Life.MOVED
IDLE, HELD, FLOWING, PAUSED = Flow.IDLE, Flow.HELD, Flow.FLOWING, Flow.PAUSED
UNREADABLE, COMING, SEEN, DUE, ENDED = Incoming
UNWRITABLE, GOING, ENDING, FINISHED = Outgoing
HEARD, AWAITED = Hearing
NO_TROUBLE, UNTOLD, TOLD, REPORTED = Trouble


class States:
    """The states of one socket, which the socket and its parts share."""

    __slots__ = ("error", "flow", "hearing", "incoming", "life", "outgoing", "owners", "trouble")

    def __init__(self, life: Life = NEW) -> None:
        self.life = life
        self.flow = IDLE
        self.incoming = COMING
        self.outgoing = GOING
        self.hearing = HEARD
        self.trouble = NO_TROUBLE
        # What destroyed the connection, if it was an error.
        self.error: BaseException | None = None
        # How many coroutines own the connection's end and its errors: listeners of `connection`
        # that run, `async with` blocks, and the queue of `async for`.
        self.owners = 0

    def next_life(self) -> States:
        """The states of the life that connect() begins: flow and owners stay as they are."""
        states = States(CONNECT[self.life])
        states.flow = self.flow
        states.owners = self.owners
        return states

    def raised(self) -> BaseException:
        """The error of the connection, for an await that raises it."""
        assert self.error is not None, "a connection without an error"
        self.trouble = TELL_ERROR[self.trouble]
        return self.error

    @property
    def destroyed(self) -> bool:
        """Whether the connection is gone."""
        return self.life >= DESTROYED

    @property
    def closed(self) -> bool:
        """Whether `close` was emitted."""
        return self.life is CLOSED or self.life is MOVED

    @property
    def moved(self) -> bool:
        """Whether the connection goes on in another thread."""
        return self.life >= LEAVING

    @property
    def readable(self) -> bool:
        """Whether data may still come."""
        expected = self.incoming is not ENDED and self.incoming is not UNREADABLE
        return expected and self.life < DESTROYED

    @property
    def writable(self) -> bool:
        """Whether data may still be sent."""
        return self.outgoing is GOING and self.life < DESTROYED

    @property
    def end_was_read(self) -> bool:
        """Whether the kernel has nothing more for us."""
        return self.incoming >= SEEN

    @property
    def is_paused(self) -> bool:
        """Whether the flow was stopped by request."""
        return self.flow is PAUSED or self.flow is HELD
