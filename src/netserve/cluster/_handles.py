"""What the primary listens on for its workers.

RoundRobinHandle   the primary accepts, and deals the connections out
SharedHandle       every worker accepts by itself, on a copy of the descriptor
"""

from __future__ import annotations

import os
import socket as _socket
from collections.abc import Callable, Sequence
from typing import Protocol

from .._address.info import AddressInfo, info
from .._core import Distributor
from .._descriptors.bind import Bound
from .._descriptors.bound_socket import name_of
from .._descriptors.kinds import as_socket
from .._errors import system_error
from .._runtime import Runtime
from .._server.binder import bind
from ._conversation import Conversation
from ._messages import Answer, Name, QueryServer
from ._places import request
from ._worker import Worker

SCHED_NONE = 1
SCHED_RR = 2
SCHED_LEAST = 3

# `(remote_address, workers) -> worker`; the address is `None` for a local connection.
Choose = Callable[[AddressInfo | None, Sequence[Worker]], Worker]
Policy = int | Choose
RULES = {SCHED_RR: "rr", SCHED_LEAST: "least"}


class Handle(Protocol):
    """One address that the primary listens on, for the workers that asked for it."""

    @property
    def workers(self) -> Sequence[Worker]:
        """Those that listen here."""

    def add(self, worker: Worker, talk: Conversation, seq: int) -> None:
        """A worker listens here, too; the question `seq` of its is answered."""

    def remove(self, worker: Worker) -> None:
        """A worker listens here no more."""

    def close(self) -> None:
        """No worker listens here any more, and none will."""


class RoundRobinHandle:
    """The primary accepts and deals the connections out, by a rule of the core's or a function."""

    def __init__(self, runtime: Runtime, query: QueryServer, bound: Bound, policy: Policy) -> None:
        self._workers = Members()
        self._query = query
        self._bound = bound
        self._runtime = runtime
        runtime.closers.add(self.close)
        self._policy = policy
        with as_socket(bound.fd) as socket:
            is_local = socket.family == _socket.AF_UNIX
        self._name: Name | None = None if is_local else name_of(bound.fd)
        self._distributor = Distributor(runtime.reactor, bound.fd, self, query.key)
        self._distributor.open(RULES.get(policy, "rr") if isinstance(policy, int) else "chosen")

    @property
    def workers(self) -> Sequence[Worker]:
        """Those that connections are dealt to."""
        return self._workers.all

    def add(self, worker: Worker, talk: Conversation, seq: int) -> None:
        """Deals to this worker, too."""
        self._workers.add(worker)
        reports = self._policy == SCHED_LEAST
        query = self._query
        talk.say(Answer(seq, key=query.key, data=query.data, name=self._name, reports=reports))
        if talk.link is not None:
            self._distributor.add(worker.id, talk.link.core)

    def remove(self, worker: Worker) -> None:
        """Deals to this worker no more."""
        self._distributor.retire(worker.id)
        self._workers.remove(worker)

    def close(self) -> None:
        """Stops to listen."""
        self._runtime.closers.discard(self.close)
        self._bound.release()
        self._distributor.close()

    # What the core asks

    def _choose(self, remote: Name | str | None) -> int | None:
        assert callable(self._policy), "only a function chooses"
        try:
            address = info(remote) if isinstance(remote, tuple) else None
            worker = self._policy(address, self.workers)
            if worker not in self.workers:
                raise ValueError(f"scheduling_policy must return one of the workers, not {worker}")
        except Exception as error:
            self._runtime.report("scheduling_policy: this connection goes to any worker", error)
            return None
        return worker.id

    def _on_accept_error(self, number: int) -> None:
        error = system_error(number, "accept")
        self._runtime.report("the primary can't accept any more", error, self)

    def _on_shed(self) -> None:
        warning = "the primary is out of file descriptors: it turned a connection away"
        self._runtime.reports.warn(warning)

    def _on_turned_away(self) -> None:
        warning = "all workers are out of file descriptors: a connection was turned away"
        self._runtime.reports.warn(warning)

    def _on_listener_error(self, error: BaseException) -> None:
        self._runtime.report("unhandled error of a cluster's primary", error, self)


class SharedHandle:
    """Every worker accepts by itself."""

    def __init__(self, runtime: Runtime, query: QueryServer, bound: Bound) -> None:
        self._workers = Members()
        self._runtime = runtime
        runtime.closers.add(self.close)
        self._query = query
        self._bound = bound

    @property
    def workers(self) -> Sequence[Worker]:
        """Those that have a copy of the descriptor."""
        return self._workers.all

    def add(self, worker: Worker, talk: Conversation, seq: int) -> None:
        """Gives this worker a copy of the descriptor. Raises `OSError`."""
        fd = os.dup(self._bound.fd)
        self._workers.add(worker)
        talk.say(Answer(seq, key=self._query.key, data=self._query.data, fd=fd), fd)

    def remove(self, worker: Worker) -> None:
        """This worker has closed its copy."""
        self._workers.remove(worker)

    def close(self) -> None:
        """Closes the descriptor."""
        self._runtime.closers.discard(self.close)
        self._bound.close()


class Members:
    """The workers of one handle, by number and not by who was first: a policy may count on it."""

    def __init__(self) -> None:
        self.all: tuple[Worker, ...] = ()

    def add(self, worker: Worker) -> None:
        """Adds a worker, which was not there before."""
        self.all = tuple(sorted((*self.all, worker), key=lambda each: each.id))

    def remove(self, worker: Worker) -> None:
        """Takes a worker out, if it is there."""
        self.all = tuple(each for each in self.all if each is not worker)


def open_handle(runtime: Runtime, query: QueryServer, policy: Policy) -> Handle:
    """Listens; or only binds, where workers accept by themselves.

    Raises `OSError`, and `ValueError` or `TypeError` where what a worker asks for can't be.
    """
    wanted, addresses = request(query.where)
    bound = bind(wanted, addresses, listen=policy != SCHED_NONE)
    if policy == SCHED_NONE:
        return SharedHandle(runtime, query, bound)
    return RoundRobinHandle(runtime, query, bound, policy)
