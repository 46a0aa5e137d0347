"""`Link`: what leaves on a channel, and who waits for it to leave.

A `Peer` has one, and lends it to whatever else speaks on the channel: the counts of connections,
a cluster. Messages leave in the order in which they were sent. One that can only be sent once it is
known whether the other process runs netserve holds up all behind it. What has not left when the
loop ends leaves then, as far as the other process reads it in time.
"""

from __future__ import annotations

import os
import select
import time
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from ..._core import Channel
from ..._errors import StateError
from ..._runtime import Runtime
from ..keywords import Sendable
from .messages import Handle, Hello
from .parcel import has_waiting, pack
from .remote_counts import ChannelCounts
from .states import CLOSED, FINISH, LOSE, OPEN
from .wire import Wire

Callback = Callable[..., object]

# A handle without a descriptor: Node says no at once, netserve has said `Hello` before that.
WHO_IS_THERE = Handle("net.Native", Hello().write())

# What `Handle` says besides the message and what was read of a socket: its own words and a key.
WRAPPING = 512

# How many seconds a loop that ends may wait for other processes to read what was sent to them.
LAST_SECONDS = 2.0


class Writable(Protocol):
    """A message of the channel's own."""

    def write(self) -> dict[str, Any]:
        """The message as it is sent."""


class Link:
    """The sending side of a channel that is open, until it is closed.

    `call(function, *args)` calls back; `fail(error)` gets an error that no callback waits for.
    """

    def __init__(
        self,
        runtime: Runtime,
        core: Channel,
        wire: Wire,
        call: Callable[..., None],
        fail: Callable[[BaseException], None],
    ) -> None:
        self.runtime = runtime
        self.core = core
        self.frame = wire.frame
        # The longest message, in bytes.
        self.limit = wire.limit
        # Connections that this process and the other count for each other's servers.
        self.counts = ChannelCounts(self)
        self.state = OPEN
        # Whether the other process runs netserve; its first message says it.
        self.is_netserve: bool | None = None
        # What can only be sent once that is known, and all behind it.
        self.undecided: deque[tuple[object, Sendable | None, bool, Callback | None]] = deque()
        # `WHO_IS_THERE` has been sent, and not been answered.
        self._probing = False
        # How many messages were given to the core; `core.written` follows.
        self.sent = 0
        # Who is called back when so many messages have been written.
        self._callbacks: deque[tuple[int, Callback]] = deque()
        self._ref_was_chosen = False
        self._call = call
        self._fail = fail
        runtime.closers.add(self._empty)

    def set_ref(self, referenced: bool) -> None:
        """Says whether the open channel keeps the program alive: the program's own choice."""
        self._ref_was_chosen = True
        self.core.set_ref(referenced)

    def suggest_ref(self, referenced: bool) -> None:
        """Says the same, unless the program has chosen."""
        if not self._ref_was_chosen:
            self.core.set_ref(referenced)

    # Sending

    def say(self, message: Writable, fd: int | None = None) -> None:
        """Sends a message of the channel's own; `fd` is given away, even if nothing is sent."""
        try:
            frame = self.frame(message.write())
            if self.state is CLOSED or self.runtime.is_over:
                return
            given, fd = fd, None
            self.core.send(frame, given)
            self.sent += 1
        finally:
            if fd is not None:
                os.close(fd)

    def send_plain(self, message: object) -> bool:
        """Sends a message of the program's without a handle. Whether there is room for more."""
        room = self.core.send_value(message)
        if room is None:
            return self.send_framed(message)
        self.sent += 1
        return room

    def send_framed(self, message: object) -> bool:
        """Sends one that the core leaves to Python. Raises `TypeError` if that can't either."""
        room = self.core.send(self.frame(message))
        self.sent += 1
        return room

    def send(
        self, message: object, handle: Sendable | None, keep_open: bool, callback: Callback | None
    ) -> bool:
        """Sends a message of the program's, with its handle, if any, and who is to be called back.

        Raises `TypeError` for a message that can't be serialized.
        """
        if self.state is not OPEN:
            self._refuse(closed_error("send"), callback)
            return False
        reads_first = has_waiting(handle, keep_open) and not self.is_netserve
        if not self.undecided and not reads_first:
            return self._send_now(message, handle, keep_open, callback)
        self.frame(message)  # what can't be serialized is refused now
        if self.is_netserve is False and has_waiting(handle, keep_open):
            self._refuse(_would_lose(handle.readable_length), callback)
            return False
        if not self.undecided:
            self._probing = True
            self.say(WHO_IS_THERE)
        if has_waiting(handle, keep_open):
            handle.pause()
        self.undecided.append((message, handle, keep_open, callback))
        return False

    def _send_now(
        self, message: object, handle: Sendable | None, keep_open: bool, callback: Callback | None
    ) -> bool:
        parcel = None
        if handle is not None:
            length = len(self.frame(message))  # before anything is taken from the handle
            try:
                self._check_room(length, handle, keep_open)
                parcel = pack(handle, keep_open=keep_open, counts=self.counts)
            except StateError as error:
                self._refuse(error, callback)
                return False
        if parcel is None:
            room = self.send_plain(message)
        else:
            frame = self.frame(parcel.wrap(message).write())
            room = self.core.send(frame, parcel.fd, precious=parcel.precious)
            self.sent += 1
        if callback is not None:
            self._callbacks.append((self.sent, callback))
            if self.core.written >= self.sent:
                self.written()
            else:
                self.core.tell_written(True)
        return room

    def _check_room(self, length: int, handle: Sendable, keep_open: bool) -> None:
        """Raises `RuntimeError` for a message too long together with what goes with its handle."""
        waiting = handle.readable_length if has_waiting(handle, keep_open) else 0
        whole = length + WRAPPING + 4 * -(-waiting // 3)  # in base64
        if whole > self.limit:
            message = (
                f"the message has {length} bytes, and {waiting} bytes of its socket have been read "
                f"here already: together they are longer than the message_limit, {self.limit}"
            )
            raise StateError(message, "ERR_OUT_OF_RANGE")

    def finish(self) -> None:
        """Closes the channel once everything sent has left."""
        self.state = FINISH[self.state]
        self.core.finish()

    def _refuse(self, error: BaseException, callback: Callback | None) -> None:
        if callback is not None:
            self.runtime.defer(self._call, callback, error)
        else:
            self.runtime.defer(self._fail, error)

    # What becomes of it

    def written(self) -> None:
        """The system has taken more messages."""
        while self._callbacks and self._callbacks[0][0] <= self.core.written:
            self.runtime.defer(self._call, self._callbacks.popleft()[1], None)
        if not self._callbacks:
            self.core.tell_written(False)

    def greeted(self, is_netserve: bool) -> None:
        """The other process has said its first message."""
        if self.is_netserve is None:
            self.is_netserve = is_netserve
            self._go_on()

    def refused(self) -> None:
        """A handle was refused, and none was under way: that answers `WHO_IS_THERE`."""
        if self._probing:
            self._probing = False
            if self.is_netserve is None:
                self.is_netserve = False
            self._go_on()

    def _go_on(self) -> None:
        """Sends what waited for the other process to be known."""
        if self._probing:
            return  # a refusal is on its way that must not be taken for another handle's
        undecided, self.undecided = self.undecided, deque()
        for message, handle, keep_open, callback in undecided:
            self.send(message, handle, keep_open, callback)

    def lost(self) -> None:
        """The channel is closed: who still waits is told."""
        self.state = LOSE[self.state]
        callbacks, self._callbacks = self._callbacks, deque()
        for index, callback in callbacks:
            error = None if index <= self.core.written else closed_error("send")
            self.runtime.defer(self._call, callback, error)
        undecided, self.undecided = self.undecided, deque()
        for *_, waiting in undecided:
            self._refuse(closed_error("send"), waiting)
        self.counts.disconnected()
        self.runtime.closers.discard(self._empty)

    def _empty(self) -> None:
        """The loop ends: what was sent leaves, if the other process reads it in time."""
        end = _ends.setdefault(self.runtime, time.monotonic() + LAST_SECONDS)
        while self.core.leaving and (left := end - time.monotonic()) > 0:
            poll = select.poll()
            poll.register(self.core.fileno(), select.POLLOUT)
            poll.poll(left * 1000)
            self.core.flush()


# Until when the channels of a loop that ends may wait, all together.
_ends: weakref.WeakKeyDictionary[Runtime, float] = weakref.WeakKeyDictionary()


def closed_error(what: str) -> StateError:
    """A channel that is closed can't do that."""
    message = f"can't {what}: the channel to the other process is closed"
    return StateError(message, "ERR_IPC_CHANNEL_CLOSED")


def _would_lose(count: int) -> StateError:
    message = (
        f"{count} bytes of this socket have been read here already, and the other process, which "
        "does not run netserve, has no way to get them: send it before it is read, or with "
        "pause_on_connect"
    )
    return StateError(message, "ERR_SOCKET_BYTES_WAITING")
