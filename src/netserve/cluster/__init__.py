"""Many processes behind one port. Node: `cluster`.

    if cluster.is_primary:
        for _ in range(os.cpu_count()):
            cluster.fork()
    else:
        create_server(on_connection).listen(8124)
    run()

The primary starts this same program again as its workers. Where a worker listens, the primary
listens for it and deals the connections out by `scheduling_policy`, which counts when the first
worker is started:

    SCHED_RR      one worker after the other: the default
    SCHED_LEAST   the worker with the fewest open connections
    SCHED_NONE    the workers share the descriptor, and whoever is first accepts
    a function    (remote_address, workers) -> worker

The functions here are those of an emitter. Events in the primary: `setup(settings)`,
`fork(worker)`, `online(worker)`, `listening(worker, address)`, `message(worker, message, handle)`,
`disconnect(worker)`, `exit(worker, code, signal)`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from .._errors import ArgumentValueError, shown
from ..process import this as _process
from ._child import OwnWorker
from ._handles import SCHED_LEAST, SCHED_NONE, SCHED_RR, Policy
from ._messages import ListeningAddress
from ._primary import Primary
from ._supervisor import Supervisor
from ._worker import Worker

__all__ = [
    "SCHED_LEAST",
    "SCHED_NONE",
    "SCHED_RR",
    "ListeningAddress",
    "Supervisor",
    "Worker",
    "disconnect",
    "emit",
    "event_names",
    "fork",
    "get_max_listeners",
    "is_primary",
    "is_worker",
    "listener_count",
    "listeners",
    "off",
    "on",
    "once",
    "prepend_listener",
    "prepend_once_listener",
    "remove_all_listeners",
    "scheduling_policy",
    "set_max_listeners",
    "setup_primary",
    "supervise",
    "worker",
    "workers",
]

_number = os.environ.pop("NODE_UNIQUE_ID", "")

is_worker: bool = _number.isdecimal() and _process.connected
"""Whether this process is one of a cluster's workers. Node: `cluster`, "cluster.isWorker"."""

is_primary: bool = not is_worker
"""Whether this process may have workers of its own. Node: `cluster`, "cluster.isPrimary"."""

worker: Worker | None = OwnWorker(int(_number), _process) if is_worker else None
"""This process as a worker; `None` in a primary. Node: `cluster`, "cluster.worker"."""

scheduling_policy: Policy = (
    SCHED_NONE if os.environ.get("NODE_CLUSTER_SCHED_POLICY") == "none" else SCHED_RR
)
"""Who gets the next connection: one of the constants, or a function.

Node: `cluster`, "cluster.schedulingPolicy".
"""


def _policy() -> Policy:
    policy = sys.modules[__name__].scheduling_policy
    if policy not in (SCHED_RR, SCHED_NONE, SCHED_LEAST) and not callable(policy):
        allowed = "SCHED_RR, SCHED_NONE, SCHED_LEAST or a function"
        raise ArgumentValueError(f"scheduling_policy must be {allowed}, not {shown(policy)}")
    known: Policy = policy
    return known


_primary = Primary(_policy)

workers: dict[int, Worker] = _primary.workers
"""The workers that have not left, by their numbers. Node: `cluster`, "cluster.workers"."""

setup_primary = _primary.setup_primary
fork = _primary.fork
on = _primary.on
once = _primary.once
off = _primary.off
prepend_listener = _primary.prepend_listener
prepend_once_listener = _primary.prepend_once_listener
emit = _primary.emit
listeners = _primary.listeners
listener_count = _primary.listener_count
event_names = _primary.event_names
remove_all_listeners = _primary.remove_all_listeners
set_max_listeners = _primary.set_max_listeners
get_max_listeners = _primary.get_max_listeners
disconnect = _primary.disconnect


def supervise(count: int, env: Mapping[str, str] | None = None) -> Supervisor:
    """Keeps `count` workers running; see `Supervisor`. Beyond Node."""
    return Supervisor(_primary, count, env)


def __getattr__(name: str) -> Any:
    if name == "settings":  # how workers are started: a read-only mapping
        return _primary.settings
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
