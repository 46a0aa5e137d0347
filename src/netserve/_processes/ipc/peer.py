"""`Peer`: the other process, as an emitter with `send()`.

The core cuts the stream into messages, keeps the one-descriptor-at-a-time rule and answers what a
cluster says for every connection. Everything else comes to `_on_message`: messages for the channel
itself are handled here, the others are `message` events, and wait until somebody listens.
"""

from __future__ import annotations

import contextvars
import logging
import os
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from ..._arguments import check_bool, check_callback
from ..._core import Channel
from ..._errors import StateError
from ..._events.emitter import EventEmitter
from ..._runtime import Runtime
from . import remote_counts as _tally
from .control import Control
from .parcel import BYTES_WAITING, check_handle, has_waiting, pack, unpack
from .wire import LIMIT, is_internal, wire

Callback = Callable[..., Any]
log = logging.getLogger("netserve")

# What netserve says first on a channel: Node ignores it, another netserve knows whom it speaks to.
HELLO = {"cmd": "NODE_NETSERVE", "version": 1}
# A handle that has none: Node says no at once, netserve has said HELLO before that.
WHO_IS_THERE = {"cmd": "NODE_HANDLE", "type": "net.Native", "msg": HELLO}

BROKEN_CHANNEL = "ERR_IPC_BROKEN_CHANNEL"

TALLIES = {_tally.GET_COUNT, _tally.COUNT, _tally.NOTIFY_CLOSE, _tally.ALL_CLOSED}


class Peer(EventEmitter):
    """The other end of a channel.

    Events: `message(message, handle)`, `disconnect`, `error(exc)`.
    """

    _runtime: Runtime
    _core: Channel | None = None
    _control: Control | None = None
    _was_opened = False
    # disconnect() was called, or the channel is closed.
    _leaving = True
    # None: not known yet. The first message says it.
    _is_netserve: bool | None = None
    # `WHO_IS_THERE` has been sent, and not answered.
    _probing = False
    # What a cluster does with its messages: `handler(message, fd)`.
    _cluster: Callable[[dict[str, Any], int | None], None] | None = None

    def _open_channel(self, runtime: Runtime, fd: int, serialization: str) -> None:
        """Takes one end of a channel over; reading begins."""
        self._runtime = runtime
        self._context = contextvars.copy_context()
        spoken = wire(serialization)
        self._frame, self._parse = spoken.frame, spoken.parse
        self._core = Channel(runtime.reactor, fd, self, limit=LIMIT, lengths=spoken.lengths)
        self._control = Control(self._core)
        self._was_opened, self._leaving = True, False
        self._tally = _tally.Tally(self)
        self._unheard: deque[tuple[Any, Any]] = deque()
        self._sent = 0
        self._callbacks: deque[tuple[int, Callback]] = deque()
        # What can only be sent once it is known who is there, and all behind it.
        self._undecided: deque[tuple[Any, Any, bool, Callback | None]] = deque()
        self._send_internal(HELLO)
        self._begin_reading(self._core)

    def _begin_reading(self, core: Channel) -> None:
        core.open()

    # For everybody

    @property
    def connected(self) -> bool:
        """Whether messages can be sent. Node: `child_process`, "subprocess.connected"."""
        return not self._leaving

    @property
    def channel(self) -> Control | None:
        """The channel, with `ref()` and `unref()`; `None` once it is closed.

        Node: `child_process`, "subprocess.channel".
        """
        return self._control

    def send(
        self,
        message: Any,
        handle: Any = None,
        *,
        keep_open: bool = False,
        callback: Callback | None = None,
    ) -> bool:
        """Sends a message, and a `Server`, `Socket` or `socket.socket` along with it.

        A socket is gone here as soon as it is sent, with what was read of it and not taken, unless
        `keep_open`; servers stay open on both sides. `callback(error)` is called once the system
        has the message. False: more than 128 KiB wait, or a handle is under way. Raises `TypeError`
        for a message that can't be serialized (`ERR_INVALID_ARG_TYPE`) and for another kind of
        handle (`ERR_INVALID_HANDLE_TYPE`). On a closed channel (`ERR_IPC_CHANNEL_CLOSED`), and for
        a socket that this peer can't be given without a loss (`ERR_SOCKET_BYTES_WAITING`), the
        callback gets the error, or `error` is emitted. Node: `child_process`, "subprocess.send()".
        """
        core = self._core
        plain = handle is None and callback is None and keep_open is False
        if plain and core is not None and not self._leaving and not self._undecided:
            # The short way: there may be many.
            room = core.send_value(message)
            if room is None:
                room = core.send(self._frame(message))
            self._sent += 1
            return room
        check_callback(callback)
        check_bool(keep_open, "keep_open")
        check_handle(handle)
        if self._leaving or core is None:
            self._refuse(_closed("send"), callback)
            return False
        frame = self._frame(message)
        if self._undecided or (has_waiting(handle, keep_open) and not self._is_netserve):
            return self._send_once_known(message, handle, keep_open, callback)
        if handle is None:
            return self._post(core, frame, callback)
        return self._send_handle(core, message, handle, keep_open, callback)

    def disconnect(self) -> None:
        """Closes the channel once everything sent has left; `disconnect` follows.

        On a closed one: `error` with `ERR_IPC_DISCONNECTED`. Node: `child_process`,
        "subprocess.disconnect()".
        """
        if self._leaving or self._core is None:
            message = "disconnect() on a channel that is closed already"
            self._emit("error", StateError(message, "ERR_IPC_DISCONNECTED"))
            return
        self._leaving = True
        self._core.finish()

    # Sending

    def _send_handle(
        self, core: Channel, message: Any, handle: Any, keep_open: bool, callback: Callback | None
    ) -> bool:
        try:
            parcel = pack(handle, keep_open=keep_open, tally=self._tally)
        except StateError as error:
            self._refuse(error, callback)
            return False
        if parcel is None:
            return self._post(core, self._frame(message), callback)
        frame = self._frame(parcel.wrap(message))
        return self._post(core, frame, callback, parcel.fd, precious=parcel.precious)

    def _post(
        self,
        core: Channel,
        frame: bytes,
        callback: Callback | None,
        fd: int | None = None,
        *,
        precious: bool = False,
    ) -> bool:
        room = core.send(frame, fd, precious=precious)
        self._sent += 1
        if callback is not None:
            self._callbacks.append((self._sent, callback))
            if core.written >= self._sent:
                self._on_written()
            else:
                core.tell_written(True)
        return room

    def _send_once_known(
        self, message: Any, handle: Any, keep_open: bool, callback: Callback | None
    ) -> bool:
        """Sends a socket that has been read from, if the peer is one that can take it."""
        if self._is_netserve is False:
            self._refuse(_would_lose(handle.readable_length), callback)
            return False
        if not self._undecided and self._is_netserve is None:
            self._probing = True
            self._send_internal(WHO_IS_THERE)
        if has_waiting(handle, keep_open):
            handle.pause()
        self._undecided.append((message, handle, keep_open, callback))
        return False

    def _decided(self, is_netserve: bool) -> None:
        if self._is_netserve is None:
            self._is_netserve = is_netserve
        if self._probing:
            return  # a refusal is on its way that must not be taken for another handle's
        undecided, self._undecided = self._undecided, deque()
        for message, handle, keep_open, callback in undecided:
            self.send(message, handle, keep_open=keep_open, callback=callback)

    def _send_internal(self, message: dict[str, Any], fd: int | None = None) -> None:
        """Sends a message for the channel itself; `fd` is given away."""
        given = False
        try:
            if self._core is not None:
                frame = self._frame(message)
                given = True
                self._core.send(frame, fd)
                self._sent += 1
        finally:
            if fd is not None and not given:
                os.close(fd)

    def _refuse(self, error: BaseException, callback: Callback | None) -> None:
        if callback is not None:
            self._runtime.defer(self._call, callback, error)
        else:
            self._runtime.defer(self._emit, "error", error)

    # What the core says

    def _on_written(self) -> None:
        core = self._core
        if core is None:
            return
        while self._callbacks and self._callbacks[0][0] <= core.written:
            self._runtime.defer(self._call, self._callbacks.popleft()[1], None)
        if not self._callbacks:
            core.tell_written(False)

    def _on_message(self, frame: Any) -> None:
        try:
            message = self._parse(frame)
        except ValueError as error:
            self._break("what came on the channel is no message", error)
            return
        self._on_value(message)

    def _on_value(self, message: Any) -> None:
        if self._is_netserve is None:
            self._decided(message == HELLO)
        if type(message) is dict and "cmd" in message and is_internal(message):
            try:
                self._internal(message, None)
            except Exception as error:  # all that listeners raise has been taken by now
                self._break("what came on the channel makes no sense", error)
            return
        listener = self._listeners.get("message") if self._listeners else None
        if listener is None or isinstance(listener, list) or self._unheard:
            self._deliver(message, None)
        else:
            self._call(listener, message, None)

    def _on_too_long(self) -> None:
        self._break(f"a message on the channel is longer than {LIMIT} bytes", None)

    def _on_lost(self) -> None:
        log.warning("a handle did not arrive at the other process and was closed")

    def _on_stray(self) -> None:
        """No handle was under way: the answer to `WHO_IS_THERE`."""
        if self._probing:
            self._probing = False
            self._decided(False)

    def _on_closed(self) -> None:
        core, self._core, self._control = self._core, None, None
        self._leaving = True
        callbacks, self._callbacks = self._callbacks, deque()
        for index, callback in callbacks:
            written = core is not None and index <= core.written
            self._runtime.defer(self._call, callback, None if written else _closed("send"))
        undecided, self._undecided = self._undecided, deque()
        for *_, waiter in undecided:
            self._refuse(_closed("send"), waiter)
        self._tally.disconnected()
        self._runtime.defer(self._disconnected)

    def _reframe(self, text: str) -> bytes:
        """The core's own message, on a channel that doesn't speak JSON."""
        return self._frame(wire("json").parse(text))

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
        if self._core is not None:
            self._core.close()

    # Messages

    def _internal(self, message: dict[str, Any], fd: int | None) -> None:
        """A message for the channel itself; `fd` came with it."""
        command = message["cmd"]
        if command == "NODE_CLUSTER" and self._cluster is not None:
            self._cluster(message, fd)
            return
        try:
            if command == "NODE_HANDLE":
                self._handle(message)
            elif command in ("NODE_HANDLE_ACK", "NODE_HANDLE_NACK") and self._core is not None:
                self._core.answered(command == "NODE_HANDLE_ACK")
            elif command in TALLIES:
                self._tally.message(command, message)
        finally:
            if fd is not None:
                os.close(fd)

    def _handle(self, outer: dict[str, Any]) -> None:
        """A message that a descriptor goes with: exactly one answer, before anybody sees it."""
        core = self._core
        if core is None:
            return
        fd = core.take()
        message: dict[str, Any] = outer
        inner: Any = outer.get("msg")
        if is_internal(inner) and inner["cmd"] == "NODE_HANDLE":
            message, inner = inner, inner.get("msg")  # Node sends again what is wrapped already
        if fd is None:
            self._answer(core, False)
        elif is_internal(inner):
            self._answer(core, True)
            self._internal(inner, fd)
        else:
            try:
                handle = unpack(fd, message, self._tally)
            except (OSError, TypeError, ValueError) as error:
                log.warning("a handle from another process was refused: %s", error)
                self._answer(core, False)
                return
            self._answer(core, True)
            self._deliver(inner, handle)

    def _answer(self, core: Channel, arrived: bool) -> None:
        command = "NODE_HANDLE_ACK" if arrived else "NODE_HANDLE_NACK"
        core.answer(self._frame({"cmd": command}))

    def _deliver(self, message: Any, handle: Any) -> None:
        if self._unheard or not self._has("message"):
            self._unheard.append((message, handle))
        else:
            self._emit("message", message, handle)

    def _deliver_unheard(self) -> None:
        while self._unheard and self._has("message"):
            self._emit("message", *self._unheard.popleft())

    # Events

    def _listeners_changed(self, event: str) -> None:
        if event == "message" and self._was_opened and self._unheard:
            self._runtime.defer(self._deliver_unheard)

    def _emit(self, event: str, *args: Any) -> None:
        self._call(self.emit, event, *args)

    def _call(self, function: Callback, *args: Any) -> None:
        try:
            result = self._context.copy().run(function, *args)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self._on_listener_error(error)
            return
        if result is not None and isinstance(result, Coroutine):
            self._runtime.spawn(result, self._on_listener_error)

    def _run_coroutine(
        self, event: str, coroutine: Coroutine[Any, Any, Any], args: tuple[Any, ...]
    ) -> None:
        self._runtime.spawn(coroutine, self._on_listener_error)

    def _on_listener_error(self, error: BaseException) -> None:
        self._runtime.fail("unhandled error of another process's channel", error, self)


def _closed(what: str) -> StateError:
    message = f"can't {what}: the channel to the other process is closed"
    return StateError(message, "ERR_IPC_CHANNEL_CLOSED")


def _would_lose(count: int) -> StateError:
    message = (
        f"{count} bytes of this socket have been read here already, and the other process, which "
        "does not run netserve, has no way to get them: send it before it is read, or with "
        "pause_on_connect"
    )
    return StateError(message, BYTES_WAITING)
