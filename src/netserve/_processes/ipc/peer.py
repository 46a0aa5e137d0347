"""`Peer`: the other process, as an emitter with `send()`.

The core cuts the stream into messages, keeps the one-descriptor-at-a-time rule and answers what a
cluster says for every connection. Everything else comes to `_on_message`: messages for the channel
itself are handled here, the others are `message` events, and wait until somebody listens. What
leaves, leaves through the peer's `Link`.

Messages that nobody listens for wait up to a mark. Above it the channel is not read, so that the
other process hears that there is no more room, as with a socket that nobody reads.
"""

from __future__ import annotations

import contextvars
import json
import os
from collections import deque
from collections.abc import Callable
from typing import Protocol

from ..._arguments import check_bool, check_callback
from ..._core import Channel
from ..._errors import StateError, is_shortage
from ..._events.calling import Caller
from ..._runtime import Runtime
from ..._shown import as_shown, one_line
from ..keywords import Sendable
from .control import Control
from .link import Link, closed_error
from .messages import (
    AllClosed,
    Answer,
    Count,
    ForCluster,
    GetCount,
    Handle,
    Hello,
    Message,
    NotifyClose,
    is_internal,
    understand,
)
from .parcel import check_handle, unpack
from .states import CLOSED, OPEN
from .wire import DEFAULT_LIMIT, wire

Callback = Callable[..., object]

HELLO = Hello()

BROKEN_CHANNEL = "ERR_IPC_BROKEN_CHANNEL"

# So many bytes of messages may wait for a listener: as many as `send()` calls much. What JSON
# stands for takes up to forty times the room of its text.
MOST_UNHEARD = 128 * 1024
# What a handle counts among them: a few dozen may wait, and their descriptors with them.
HANDLE_WEIGHT = 4096


class ClusterSide(Protocol):
    """A cluster that a peer belongs to: it understands the messages that are meant for one."""

    def opened(self, link: Link) -> None:
        """The channel is open: this is how to speak on it."""

    def hear(self, message: Message, fd: int | None) -> None:
        """A message for the cluster, and the descriptor that came along, which is its own now."""


class Peer(Caller):
    """The other end of a channel.

    Events: `message(message, handle)`, `disconnect`, `error(exc)`.
    """

    _runtime: Runtime
    # None before the channel is opened; it stays when that is closed.
    _link: Link | None = None

    def __init__(self, cluster: ClusterSide | None = None) -> None:
        self._cluster = cluster
        # Messages that no listener has been there for.
        self._unheard = Unheard()

    def _open_channel(
        self, runtime: Runtime, fd: int, serialization: str, limit: int = DEFAULT_LIMIT
    ) -> None:
        """Takes one end of a channel over; reading begins.

        `limit`: the longest message, in bytes.
        """
        self._runtime = runtime
        self._base_context = contextvars.copy_context()
        spoken = wire(serialization, limit)
        core = Channel(runtime.reactor, fd, self, limit=limit, lengths=spoken.lengths)
        self._parse = spoken.parse
        self._link = link = Link(runtime, core, spoken, self._call, self._fail)
        self._control = Control(link)
        link.say(HELLO)
        if self._cluster is not None:
            self._cluster.opened(link)
        self._begin_reading(core)

    def _begin_reading(self, core: Channel) -> None:
        core.open()

    # For everybody

    def __repr__(self) -> str:
        """Whether the channel is open."""
        return as_shown(self, "connected" if self.connected else "disconnected")

    @property
    def connected(self) -> bool:
        """Whether messages can be sent. Node: `child_process`, "subprocess.connected"."""
        return self._link is not None and self._link.state is OPEN

    @property
    def channel(self) -> Control | None:
        """The channel, with `ref()` and `unref()`; `None` once it is closed.

        Node: `child_process`, "subprocess.channel".
        """
        return None if self._link is None or self._link.state is CLOSED else self._control

    def send(
        self,
        message: object,
        handle: Sendable | None = None,
        *,
        keep_open: bool = False,
        callback: Callback | None = None,
    ) -> bool:
        """Sends a message, and a `Server`, `Socket` or `socket.socket` along with it.

        A socket is gone here as soon as it is sent, with what was read of it and not taken, unless
        `keep_open`; servers stay open on both sides. `callback(error)` is called once the system
        has the message. False: more than 128 KiB wait, or a handle is under way. Raises `TypeError`
        for a message that can't be serialized (`ERR_INVALID_ARG_TYPE`) and for another kind of
        handle (`ERR_INVALID_HANDLE_TYPE`), `ValueError` for one that is longer than the
        `message_limit` of `fork()` (`ERR_OUT_OF_RANGE`). On a closed channel
        (`ERR_IPC_CHANNEL_CLOSED`), and for a socket that this peer can't be given without a loss
        (`ERR_SOCKET_BYTES_WAITING`; `ERR_OUT_OF_RANGE` where it makes the message too long), the
        callback gets the error, or `error` is emitted. Node: `child_process`, "subprocess.send()".
        """
        link = self._link
        plain = handle is None and callback is None and keep_open is False
        if plain and link is not None and link.state is OPEN and not link.undecided:
            # There may be many: this is `link.send_plain()`, in place.
            room = link.core.send_value(message)
            if room is None:
                return link.send_framed(message)
            link.sent += 1
            return room
        check_callback(callback)
        check_bool(keep_open, "keep_open")
        check_handle(handle)
        if link is not None:
            return link.send(message, handle, keep_open, callback)
        if callback is not None:
            self._runtime.defer(self._call, callback, closed_error("send"))
        else:
            self._runtime.defer(self._fail, closed_error("send"))
        return False

    def disconnect(self) -> None:
        """Closes the channel once everything sent has left; `disconnect` follows.

        On a closed one: `error` with `ERR_IPC_DISCONNECTED`. Node: `child_process`,
        "subprocess.disconnect()".
        """
        if self._link is None or self._link.state is not OPEN:
            message = "disconnect() on a channel that is closed already"
            self._fail(StateError(message, "ERR_IPC_DISCONNECTED"))
            return
        self._link.finish()

    # What the core says

    def _on_written(self) -> None:
        if self._link is not None:
            self._link.written()

    def _on_message(self, frame: object) -> None:
        try:
            message = self._parse(frame)
        except ValueError as error:
            self._break("what came on the channel is no message", error)
            return
        self._on_value(message)

    def _on_value(self, message: object) -> None:
        link = self._link
        if link is None:
            return
        if link.is_netserve is None:
            link.greeted(is_internal(message) and understand(message) == HELLO)
        if type(message) is dict and "cmd" in message and is_internal(message):
            try:
                self._internal(link, message, None)
            except Exception as error:  # all that listeners raise has been taken by now
                if is_shortage(error):
                    text = "this process was short of something when another one asked for it"
                    self._runtime.report(text, error, self)
                else:
                    self._break("what came on the channel makes no sense", error)
            return
        listener = self._listeners.get("message") if self._listeners else None
        if listener is None or isinstance(listener, list) or self._unheard:
            self._deliver(message, None)
        else:
            self._call(listener, message, None)

    def _on_too_long(self) -> None:
        limit = DEFAULT_LIMIT if self._link is None else self._link.limit
        text = f"a message is longer than {limit} bytes, the message_limit of fork()"
        self._break(text, None)

    def _on_lost(self) -> None:
        self._runtime.reports.warn("a handle did not arrive at the other process and was closed")

    def _on_stray(self) -> None:
        if self._link is not None:
            self._link.refused()

    def _on_closed(self) -> None:
        if self._link is not None:
            self._link.lost()
        self._runtime.defer(self._disconnected)

    def _reframe(self, text: str) -> bytes:
        """A message of the core's own, for a channel that doesn't speak JSON."""
        assert self._link is not None, "the core speaks on an open channel"
        return self._link.frame(json.loads(text))

    def _disconnected(self) -> None:
        self._emit("disconnect")

    def _break(self, text: str, cause: BaseException | None) -> None:
        """The peer doesn't keep to the rules: whoever listens is told, and the channel closed."""
        error = StateError(f"{text}: the channel is closed", BROKEN_CHANNEL)
        error.__cause__ = cause
        if self._has("error"):
            self._emit("error", error)
        else:
            self._runtime.report("a peer broke its channel", error, self)
        if self._link is not None:
            self._link.core.close()

    # Messages

    def _internal(self, link: Link, message: Message, fd: int | None) -> None:
        """A message for the channel itself; `fd` came with it."""
        said = understand(message)
        if isinstance(said, ForCluster) and self._cluster is not None:
            self._cluster.hear(message, fd)
            return
        try:
            match said:
                case Handle():
                    self._receive(link, said)
                case Answer():
                    link.core.answered(said.arrived)
                case GetCount() | Count() | NotifyClose() | AllClosed():
                    link.counts.hear(said)
                case Hello() | ForCluster() | None:
                    pass
        finally:
            if fd is not None:
                os.close(fd)

    def _receive(self, link: Link, said: Handle) -> None:
        """A message that a descriptor goes with: exactly one answer, before anybody sees it."""
        fd = link.core.take()
        if fd is None:
            self._answer(link, False)
        elif is_internal(said.message):
            self._answer(link, True)
            self._internal(link, said.message, fd)
        else:
            try:
                handle = unpack(fd, said, link.counts)
            except (OSError, TypeError, ValueError) as error:
                text = "a handle from another process was refused: %s"
                self._runtime.reports.warn(text, one_line(str(error)))
                self._answer(link, False)
                return
            self._answer(link, True)
            self._deliver(said.message, handle)

    def _answer(self, link: Link, arrived: bool) -> None:
        link.core.answer(link.frame(Answer(arrived).write()))

    def _deliver(self, message: object, handle: object) -> None:
        if not self._unheard and self._has("message"):
            self._emit("message", message, handle)
        elif self._link is not None:
            core = self._link.core
            self._unheard.add(message, handle, core.length)
            if self._unheard.is_full:
                core.pause()

    def _deliver_unheard(self) -> None:
        while self._unheard and self._has("message"):
            self._emit("message", *self._unheard.take())
        if self._link is not None and not self._unheard.is_full:
            self._link.core.resume()

    # Events

    @property
    def _context(self) -> contextvars.Context:
        """Each listener runs in a copy of the context that the channel was opened in."""
        return self._base_context.copy()

    def _listeners_changed(self, event: str) -> None:
        if event == "message" and self._unheard:
            self._runtime.defer(self._deliver_unheard)

    def _fail(self, error: BaseException) -> None:
        self._emit("error", error)


class Unheard(deque[tuple[object, object, int]]):
    """Messages that no listener has been there for, in order, and how much they are.

    A deque itself, since each message that comes asks whether it is empty.
    """

    __slots__ = ("_weight",)

    def __init__(self) -> None:
        super().__init__()
        self._weight = 0

    @property
    def is_full(self) -> bool:
        """Whether no more should be read until some are taken."""
        return self._weight > MOST_UNHEARD

    def add(self, message: object, handle: object, length: int) -> None:
        """Keeps a message that was so many bytes long."""
        weight = length if handle is None else length + HANDLE_WEIGHT
        self._weight += weight
        self.append((message, handle, weight))

    def take(self) -> tuple[object, object]:
        """The one that has waited longest: the message and its handle."""
        message, handle, weight = self.popleft()
        self._weight -= weight
        return message, handle
