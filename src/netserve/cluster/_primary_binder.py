"""A worker's `Binder`: it asks the primary to listen.

The primary answers with a bound descriptor, on which the worker accepts by itself, or it listens
itself and deals the connections out; to the server a `WorkerListener` looks like its own.

A worker that leaves gets no more answers. Where a coroutine waits for one, nothing went wrong, and
still it can't go on: the program ends, with exit code 0, once the worker has left.
"""

from __future__ import annotations

import errno
import functools
import logging
import os
import socket as _socket
import weakref
from pathlib import Path

from .._core import WorkerListener
from .._descriptors.kinds import as_socket
from .._errors import system_error
from .._processes.ipc.states import CLOSED
from .._runtime import current
from .._server.binder import Addresses, binders
from .._server.listen_request import ListenRequest
from .._server.listening import AcceptOptions, Listening
from .._server.server import Server
from .._waiters import Waiters
from ._conversation import Conversation
from ._messages import Answer, Close, ListeningAddress, QueryServer, Where
from ._messages import Listening as ListeningMessage
from ._places import where
from ._states import ANSWER, ASKED, RELEASE, RELEASED
from ._worker import leave_at_once

log = logging.getLogger("netserve")

# 0: what waits at a socket that is closed is reset, although others listen on the port.
MIGRATES = Path("/proc/sys/net/ipv4/tcp_migrate_req")


class PrimaryBinder:
    """Has the primary listen for this worker's servers. Implements `Binder`."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._registrations: list[Registration] = []
        # Servers that listen by themselves.
        self._own: weakref.WeakSet[Server] = weakref.WeakSet()
        # The worker leaves, or its primary is gone: nothing begins to listen through it any more.
        self._leaves = False
        # The coroutines that wait for a server to listen then.
        self._left_out: list[Waiters[None]] = []

    def bind(self, listening: Listening, addresses: Addresses) -> None:
        """Asks the primary, unless the server wants a place of its own or there is no primary."""
        request = listening.request
        if request.reuse_port:
            _warn_of_resets()
        if self._leaves and not request.is_own:
            listening.hold()
            current().defer(self._leave_out, listening)
            return
        if request.is_own or not self._talk.is_open:
            self._own.add(listening.server)
            binders.own.bind(listening, addresses)
            return
        place = where(request, addresses)
        taken = [each.index for each in self._registrations if each.where.key == place.key]
        index = max(taken) + 1 if taken else 0
        registration = Registration(self, self._talk, listening, place, index)
        self._registrations.append(registration)
        self._talk.ask(QueryServer(place, index), registration.answered)

    def forget(self, registration: Registration) -> None:
        """A server listens no more."""
        self._registrations.remove(registration)

    def wants(self, listening: Listening) -> bool:
        """Whether an answer of the primary's is of use."""
        return listening.wanted and not self._leaves

    def leave(self) -> None:
        """The worker leaves: who waits for a server to listen waits in vain."""
        self._leaves = True
        for registration in self._registrations:
            self._left_out.append(registration.listening.take_waiters())

    def _leave_out(self, listening: Listening) -> None:
        """A server was to listen, and the worker is about to leave or has left."""
        listening.release()
        self._left_out.append(listening.take_waiters())
        if listening.wanted:
            listening.server.close()
        if self.is_awaited and not self._talk.is_open:
            leave_at_once()

    @property
    def is_awaited(self) -> bool:
        """Whether a coroutine waits for a server that won't listen any more."""
        return any(self._left_out)

    def registered_servers(self) -> set[Server]:
        """The servers that the primary listens for, or was asked to."""
        return {each.server for each in self._registrations if each.is_open}

    def all_servers(self) -> set[Server]:
        """All servers of this worker whose `close` is still to come."""
        return self.registered_servers() | {server for server in self._own if _is_open(server)}

    def disconnected(self) -> None:
        """The channel is closed: the primary answers no more."""
        for registration in self._registrations:
            registration.stop_waiting()


class Registration:
    """A server's place at the primary's. Implements `Place`."""

    def __init__(
        self,
        binder: PrimaryBinder,
        talk: Conversation,
        listening: Listening,
        where: Where,
        index: int,
    ) -> None:
        self.path: str | None = None
        # Whether the primary accepts, and so has copies of what it deals.
        self.shared = False
        self.server = listening.server
        self.where = where
        self.index = index
        self.listening = listening
        self._talk = talk
        self._binder = binder
        # What both processes call it, once the primary listens.
        self._key: str | None = None
        self._state = ASKED
        # While the primary is asked, the program stays alive.
        listening.hold()

    @property
    def is_open(self) -> bool:
        """Whether the server's `close` is still to come."""
        return (self._state is ASKED and self.listening.wanted) or _is_open(self.server)

    def stop_waiting(self) -> None:
        """The primary has answered, or can't any more."""
        if self._state is ASKED:
            self._state = ANSWER[self._state]
            self.listening.release()

    def answered(self, answer: Answer) -> None:
        """The primary has answered."""
        self.stop_waiting()
        listening = self.listening
        number = answer.errno or (errno.EPROTO if answer.key is None else 0)
        if number or not self._binder.wants(listening):
            if answer.fd is not None:
                os.close(answer.fd)
            self._key = None if number else answer.key
            self.release()
            if number and self._binder.wants(listening):
                listening.fail(_error(number, listening.request, self.where))
            return
        self._key, self.path = answer.key, listening.request.path
        try:
            if answer.fd is not None:
                _listen(answer.fd, listening.request, self.where)
                listening.adopt(answer.fd, self)
            else:
                self.shared = True
                listening.begin(functools.partial(self._worker_listener, answer), self)
        except OSError as error:
            self.release()
            listening.fail(error)
            return
        # Before the first connection is told, which may end this process.
        self._tell_listening()

    def _worker_listener(self, answer: Answer, options: AcceptOptions) -> WorkerListener:
        link = self._talk.link
        if link is None or link.state is CLOSED or answer.key is None:
            raise system_error(errno.EPIPE, "listen", detail="the primary is gone")
        return WorkerListener(
            options.reactor,
            link.core,
            answer.key,
            answer.name,
            options.owner,
            live=options.live,
            limit=options.limit,
            no_delay=options.no_delay,
            keep_alive=options.keep_alive,
            user_timeout=options.user_timeout,
            drop_above=options.drop_above,
            reports=answer.reports,
            block_list=options.block_list,
        )

    def _tell_listening(self) -> None:
        if self._state is not RELEASED:
            place = self.where
            port = getattr(self.server.address(), "port", place.port)
            address = ListeningAddress(place.address, port, place.address_type, place.fd)
            self._talk.say(ListeningMessage(address))

    def release(self) -> None:
        """The server listens no more: the primary is told."""
        if self._state is RELEASED:
            return
        self._state = RELEASE[self._state]
        self._binder.forget(self)
        if self._key is not None:
            self._talk.say(Close(self._key))


def _is_open(server: Server) -> bool:
    """Whether a server was not closed, or waits for connections to end."""
    return server.listening or bool(server.connections)


def _listen(fd: int, request: ListenRequest, where: Where) -> None:
    """Listens on a descriptor that is bound, if it is where it should be.

    A Node primary hides that a port is taken: the descriptor is not bound then.
    """
    try:
        with as_socket(fd) as socket:
            socket.setblocking(False)
            bound = socket.getsockname()
            if socket.family != _socket.AF_UNIX and request.port and bound[1] != request.port:
                raise OSError(errno.EADDRINUSE, "not bound to the port")
            socket.listen(request.backlog)
    except OSError as error:
        os.close(fd)
        raise _error(error.errno or errno.EINVAL, request, where) from None


def _error(number: int, request: ListenRequest, where: Where) -> OSError:
    address = where.address
    port = None if request.path is not None or request.fd is not None else request.port
    if address is None and port is not None:
        address = "::" if request.ipv6_only else "0.0.0.0"
    return system_error(number, "bind", address, port)


def _warn_of_resets() -> None:
    try:
        resets = MIGRATES.read_text().strip() == "0"
    except OSError:
        return
    if resets:
        log.warning(
            "reuse_port in a worker: connections that wait for it are reset when it exits, because "
            "net.ipv4.tcp_migrate_req is 0"
        )
