"""Connections of a server that another process has now.

Who sent them asks; who got them counts. `server.get_connections()` adds the answers up, and
`close` waits until every process has said that the last of them is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..._errors import StateError
from ..._server.server import Server, counts_of, key_of

if TYPE_CHECKING:
    from .peer import Peer

GET_COUNT = "NODE_SOCKET_GET_COUNT"
COUNT = "NODE_SOCKET_COUNT"
NOTIFY_CLOSE = "NODE_SOCKET_NOTIFY_CLOSE"
ALL_CLOSED = "NODE_SOCKET_ALL_CLOSED"


class Away:
    """The connections of one server that one other process has: the sender's side."""

    def __init__(self, server: Server, peer: Peer) -> None:
        self.key = key_of(server)
        self._server = server
        self._peer = peer
        self._askers: list[Callable[[BaseException | None, int], None]] = []
        self._closers: list[Callable[[], None]] = []

    def count(self, done: Callable[[BaseException | None, int], None]) -> None:
        """`done(error, count)` gets how many there are."""
        if not self._peer.connected:
            message = "the process that has connections of this server has closed its channel"
            done(StateError(message, "ERR_CHILD_CLOSED_BEFORE_REPLY"), 0)
            return
        self._askers.append(done)
        self._peer._runtime.reactor.hold()
        self._peer._send_internal({"cmd": GET_COUNT, "key": self.key})

    def when_closed(self, done: Callable[[], None]) -> None:
        """`done()` is called once there are none any more."""
        if not self._peer.connected:
            done()
            return
        self._closers.append(done)
        self._peer._runtime.reactor.hold()
        self._peer._send_internal({"cmd": NOTIFY_CLOSE, "key": self.key})

    def counted(self, count: int) -> None:
        """The other process says how many."""
        if self._askers:
            done = self._askers.pop(0)
            self._peer._runtime.reactor.release()
            done(None, count)

    def all_closed(self) -> None:
        """The other process says that there are none."""
        closers, self._closers = self._closers, []
        for done in closers:
            self._peer._runtime.reactor.release()
            done()

    def disconnected(self) -> None:
        """No answer will come any more."""
        askers, self._askers = self._askers, []
        message = "the other process closed its channel before it said how many it has"
        for done in askers:
            self._peer._runtime.reactor.release()
            done(StateError(message, "ERR_CHILD_CLOSED_BEFORE_REPLY"), 0)
        self.all_closed()

    def forget(self) -> None:
        """The process is gone, and its connections with it."""
        counts_of(self._server).forget(self)


class Held:
    """The connections of one server of another process that are here: the receiver's side."""

    def __init__(self, key: str, peer: Peer) -> None:
        self._key = key
        self._peer = peer
        self._count = 0
        self._asked = False

    def add(self) -> Callable[[], Any]:
        """One more; what is returned takes it back, once."""
        self._count += 1
        state = [True]

        def gone() -> None:
            if state[0]:
                state[0] = False
                self._count -= 1
                self._tell_closed()

        return gone

    def get_count(self) -> None:
        """The sender asks how many."""
        self._peer._send_internal({"cmd": COUNT, "key": self._key, "count": self._count})

    def notify_close(self) -> None:
        """The sender wants to know when there are none."""
        self._asked = True
        self._tell_closed()

    def _tell_closed(self) -> None:
        if self._asked and not self._count:
            self._asked = False
            self._peer._send_internal({"cmd": ALL_CLOSED, "key": self._key})


class Tally:
    """All of them that concern one other process."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._away: dict[str, Away] = {}
        self._held: dict[str, Held] = {}

    def sent(self, server: Server) -> str:
        """A connection of `server` is about to be sent; the key that goes with it."""
        key = key_of(server)
        if key not in self._away:
            self._away[key] = Away(server, self._peer)
        counts_of(server).remember(self._away[key])
        return key

    def received(self, key: str) -> Callable[[], Any]:
        """A connection came; what is returned is to be called when it closes."""
        if key not in self._held:
            self._held[key] = Held(key, self._peer)
        return self._held[key].add()

    def message(self, command: str, message: dict[str, Any]) -> None:
        """One of the four messages; what is said about an unknown key is ignored."""
        key = message.get("key")
        if not isinstance(key, str):
            return
        if command == GET_COUNT and key in self._held:
            self._held[key].get_count()
        elif command == NOTIFY_CLOSE and key in self._held:
            self._held[key].notify_close()
        elif command == COUNT and key in self._away:
            count = message.get("count")
            self._away[key].counted(count if type(count) is int else 0)
        elif command == ALL_CLOSED and key in self._away:
            self._away[key].all_closed()

    def disconnected(self) -> None:
        """The channel is closed."""
        for away in list(self._away.values()):
            away.disconnected()

    def forget(self) -> None:
        """The process is gone."""
        away, self._away = self._away, {}
        for each in away.values():
            each.forget()
