"""What the primary listens on for its workers.

Dealt    the primary accepts, and gives each connection to one worker
Shared   every worker accepts by itself, on a copy of the descriptor
"""

from __future__ import annotations

import logging
import os
import socket as _socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .._address.info import AddressInfo, info
from .._core import Distributor
from .._descriptors.bind import Bound
from .._descriptors.kinds import as_socket
from .._errors import system_error
from .._runtime import Runtime
from .._server.binder import bind
from .._server.listen_request import ListenRequest

if TYPE_CHECKING:
    from ._worker import Worker

SCHED_NONE = 1
SCHED_RR = 2
SCHED_LEAST = 3

# `(remote_address, workers) -> worker`; the address is `None` for a local connection.
Choose = Callable[[AddressInfo | None, "Sequence[Worker]"], "Worker"]
Policy = int | Choose
RULES = {SCHED_RR: "rr", SCHED_LEAST: "least"}
log = logging.getLogger("netserve")


class Handle:
    """One address that the primary listens on."""

    def __init__(self, key: str, bound: Bound, data: Any) -> None:
        self.key = key
        self.bound = bound
        # What the first who asked said: Node's workers share their TLS keys by it.
        self.data = data
        self.workers: dict[int, Worker] = {}

    def add(self, worker: Worker, seq: int) -> None:
        """Answers a worker that asked to listen here."""
        self.workers[worker.id] = worker
        # By number, not by who was first: a policy may count on the order.
        self.workers = dict(sorted(self.workers.items()))

    def remove(self, worker: Worker) -> bool:
        """A worker listens here no more. Whether nobody does."""
        self.workers.pop(worker.id, None)
        return not self.workers

    def close(self) -> None:
        """Nobody listens here any more."""
        self.bound.release()

    def _answer(self, worker: Worker, seq: int, fd: int | None = None, **fields: Any) -> None:
        worker._talk.say(fd, key=self.key, ack=seq, data=self.data, **fields)


class Dealt(Handle):
    """The primary accepts and deals the connections out, by a rule of the core's or a function."""

    def __init__(self, runtime: Runtime, key: str, bound: Bound, data: Any, policy: Policy) -> None:
        super().__init__(key, bound, data)
        self._runtime = runtime
        self._policy = policy
        with as_socket(bound.fd) as socket:
            self._name = None if socket.family == _socket.AF_UNIX else socket.getsockname()
        self._distributor = Distributor(runtime.reactor, bound.fd, self, key)
        self._distributor.open(RULES.get(policy, "rr") if isinstance(policy, int) else "chosen")

    def add(self, worker: Worker, seq: int) -> None:
        """Answers a worker that asked to listen here; it gets connections from now on."""
        super().add(worker, seq)
        fields: dict[str, Any] = {"errno": None}
        if self._name is not None:
            address, port = self._name[:2]
            family = "IPv6" if ":" in address else "IPv4"
            fields["sockname"] = {"address": address, "family": family, "port": port}
        if self._policy == SCHED_LEAST:
            fields["reports"] = True
        self._answer(worker, seq, **fields)
        if worker.process._core is not None:
            self._distributor.add(worker.id, worker.process._core)

    def remove(self, worker: Worker) -> bool:
        """A worker gets no more connections. Whether nobody does."""
        self._distributor.retire(worker.id)
        return super().remove(worker)

    def lost(self, worker: Worker) -> None:
        """A descriptor did not arrive at this worker."""
        self._distributor.lost(worker.id)

    def close(self) -> None:
        """Nobody listens here any more."""
        super().close()
        self._distributor.close()

    # What the core asks

    def _choose(self, remote: Any) -> int | None:
        choose: Any = self._policy
        try:
            address = info(remote) if isinstance(remote, tuple) else None
            worker = choose(address, tuple(self.workers.values()))
            if worker not in self.workers.values():
                raise ValueError(f"scheduling_policy must return one of the workers, not {worker}")
        except Exception as error:
            self._runtime.report("scheduling_policy: this connection goes to any worker", error)
            return None
        return int(worker.id)

    def _on_accept_error(self, number: int) -> None:
        error = system_error(number, "accept")
        self._runtime.report("the primary can't accept any more", error, self)

    def _on_shed(self) -> None:
        log.warning("out of file descriptors: a connection was turned away")

    def _on_listener_error(self, error: BaseException) -> None:
        self._runtime.report("unhandled error of a cluster's primary", error, self)


class Shared(Handle):
    """Every worker accepts by itself."""

    def add(self, worker: Worker, seq: int) -> None:
        """Answers a worker that asked to listen here, with a copy of the descriptor."""
        super().add(worker, seq)
        self._answer(worker, seq, os.dup(self.bound.fd), errno=0)

    def close(self) -> None:
        """Nobody listens here any more."""
        super().close()
        os.close(self.bound.fd)


def open_handle(
    runtime: Runtime,
    key: str,
    request: ListenRequest,
    addresses: list[tuple[str, int]],
    data: Any,
    policy: Policy,
) -> Handle:
    """Listens (or, where workers accept by themselves, only binds). Raises `OSError`."""
    bound = bind(request, addresses, listen=policy != SCHED_NONE)
    if policy == SCHED_NONE:
        return Shared(key, bound, data)
    return Dealt(runtime, key, bound, data, policy)
