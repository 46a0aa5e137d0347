"""Connections of a server that another process has now.

Who sent them asks; who got them counts. `server.get_connections()` adds the answers up, and
`close` waits until every process has said that the last of them is gone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..._errors import StateError
from ..._server.server import Server, counts_of, key_of
from .messages import AllClosed, Count, Counts, GetCount, NotifyClose
from .states import OPEN

if TYPE_CHECKING:
    from .link import Link


class SentConnections:
    """The connections of one of our servers that one other process has. Implements `Away`."""

    def __init__(self, server: Server, link: Link) -> None:
        self.key = key_of(server)
        self._server = server
        self._link = link
        self._askers: list[Callable[[BaseException | None, int], None]] = []
        self._closers: list[Callable[[], None]] = []

    def count(self, done: Callable[[BaseException | None, int], None]) -> None:
        """Asks how many there are: `done(error, count)`."""
        if self._link.state is not OPEN:
            message = "the process that has connections of this server has closed its channel"
            done(StateError(message, "ERR_CHILD_CLOSED_BEFORE_REPLY"), 0)
            return
        self._askers.append(done)
        self._link.runtime.reactor.hold()
        self._link.say(GetCount(self.key))

    def when_closed(self, done: Callable[[], None]) -> None:
        """Asks to be told when there are none: `done()`. A closed channel has none."""
        if self._link.state is not OPEN:
            done()
            return
        self._closers.append(done)
        self._link.runtime.reactor.hold()
        self._link.say(NotifyClose(self.key))

    def counted(self, count: int) -> None:
        """The other process answers how many there are: to whoever asked first."""
        if self._askers:
            done = self._askers.pop(0)
            self._link.runtime.reactor.release()
            done(None, count)

    def all_closed(self) -> None:
        """The other process says that there are none."""
        closers, self._closers = self._closers, []
        for done in closers:
            self._link.runtime.reactor.release()
            done()

    def disconnected(self) -> None:
        """The channel is closed: no answer will come."""
        askers, self._askers = self._askers, []
        message = "the other process closed its channel before it said how many it has"
        for done in askers:
            self._link.runtime.reactor.release()
            done(StateError(message, "ERR_CHILD_CLOSED_BEFORE_REPLY"), 0)
        self.all_closed()

    def forget(self) -> None:
        """The process is gone, and its connections with it."""
        counts_of(self._server).forget(self)


class ReceivedConnections:
    """The connections of one of the other process's servers that are in this one."""

    def __init__(self, key: str, link: Link) -> None:
        self._key = key
        self._link = link
        self._count = 0
        # The other process waits for there to be none.
        self._awaited = False

    def add(self) -> ReceivedConnection:
        """Counts a connection that came."""
        self._count += 1
        return ReceivedConnection(self._link, self._gone)

    def get_count(self) -> None:
        """Answers how many there are."""
        self._link.say(Count(self._key, self._count))

    def notify_close(self) -> None:
        """Answers as soon as there are none."""
        self._awaited = True
        self._tell_closed()

    def _gone(self) -> None:
        self._count -= 1
        self._tell_closed()

    def _tell_closed(self) -> None:
        if self._awaited and not self._count:
            self._awaited = False
            self._link.say(AllClosed(self._key))


class ReceivedConnection:
    """One connection that counts for a server of another process, until it is over.

    It may go on in another thread's loop and end there. Implements `Counted`.
    """

    __slots__ = ("_counts", "_gone", "_link", "_lock", "_thread")

    def __init__(self, link: Link, gone: Callable[[], None]) -> None:
        self._link = link
        self._gone = gone
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._counts = True

    def over(self) -> None:
        """Counts it no more, from any thread; what comes after the first time means nothing."""
        with self._lock:
            counted, self._counts = self._counts, False
        if not counted:
            return
        if threading.get_ident() == self._thread:
            self._gone()
        else:
            self._link.runtime.call_threadsafe(self._gone)


class ChannelCounts:
    """The connections that two processes have of each other's servers, for one of the two."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._sent: dict[str, SentConnections] = {}
        self._received: dict[str, ReceivedConnections] = {}

    def sent(self, server: Server) -> str:
        """Counts a connection of `server` that is about to be sent; the key that goes with it."""
        key = key_of(server)
        if key not in self._sent:
            self._sent[key] = SentConnections(server, self._link)
        counts_of(server).remember(self._sent[key])
        return key

    def received(self, key: str) -> ReceivedConnection:
        """Counts a connection that came with this key."""
        if key not in self._received:
            self._received[key] = ReceivedConnections(key, self._link)
        return self._received[key].add()

    def hear(self, message: Counts) -> None:
        """What the other process asks or answers; about an unknown key it is ignored."""
        sent, received = self._sent.get(message.key), self._received.get(message.key)
        match message:
            case GetCount() if received is not None:
                received.get_count()
            case NotifyClose() if received is not None:
                received.notify_close()
            case Count() if sent is not None:
                sent.counted(message.count)
            case AllClosed() if sent is not None:
                sent.all_closed()
            case _:
                pass

    def disconnected(self) -> None:
        """The channel is closed."""
        for sent in list(self._sent.values()):
            sent.disconnected()

    def forget(self) -> None:
        """The process is gone."""
        sent, self._sent = self._sent, {}
        for each in sent.values():
            each.forget()
