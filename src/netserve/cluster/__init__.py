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
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._errors import ArgumentValueError, shown
from .._server.binder import binders
from ._handles import SCHED_LEAST, SCHED_NONE, SCHED_RR, Policy
from ._messages import ListeningAddress
from ._primary import SCHEDULE, Primary
from ._supervisor import Supervisor
from ._this_process import find_binder, this_process
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


def _policy() -> Policy:
    policy: Policy = globals().get("scheduling_policy", _default_policy())
    if policy not in (SCHED_RR, SCHED_NONE, SCHED_LEAST) and not callable(policy):
        allowed = "SCHED_RR, SCHED_NONE, SCHED_LEAST or a function"
        raise ArgumentValueError(f"scheduling_policy must be {allowed}, not {shown(policy)}")
    return policy


def _default_policy() -> Policy:
    return SCHED_NONE if os.environ.get(SCHEDULE) == "none" else SCHED_RR


_primary = Primary(_policy)

# A worker's servers listen through its primary; whether this is one is asked when a server listens.
binders.use(find_binder)


def supervise(count: int, env: Mapping[str, str] | None = None) -> Supervisor:
    """Keeps `count` workers running; see `Supervisor`. Beyond Node."""
    return Supervisor(_primary, count, env)


# What follows is there once something asks for it, which makes a worker of a worker: importing this
# module looks at nothing. A checker sees the declarations, a program the function below.
if TYPE_CHECKING:
    is_worker: bool
    """Whether this process is one of a cluster's workers. Node: `cluster`, "cluster.isWorker"."""

    is_primary: bool
    """Whether this process may have workers of its own. Node: `cluster`, "cluster.isPrimary"."""

    worker: Worker | None
    """This process as a worker; `None` in a primary. Node: `cluster`, "cluster.worker"."""

    scheduling_policy: Policy
    """Who gets the next connection: one of the constants, or a function.

    Node: `cluster`, "cluster.schedulingPolicy".
    """

    workers: dict[int, Worker]
    """The workers that have not left, by their numbers. Node: `cluster`, "cluster.workers"."""

    settings: Mapping[str, Any]
    """How workers are started: read-only. Node: `cluster`, "cluster.settings"."""

    setup_primary = _primary.setup_primary
    fork = _primary.fork
    disconnect = _primary.disconnect
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


# What changes with time, or may be set.
_LIVE = ("scheduling_policy", "settings")


if not TYPE_CHECKING:  # to a checker it would mean that there is every name

    def __getattr__(name: str) -> object:
        if name not in __all__ and name not in _LIVE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        own = this_process().own
        if name == "settings":
            return _primary.settings
        if name == "scheduling_policy":
            return _default_policy()
        globals().update(
            {each: getattr(_primary, each) for each in __all__ if hasattr(_primary, each)},
            is_worker=own is not None,
            is_primary=own is None,
            worker=None if own is None else own.worker,
        )
        return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_LIVE})
