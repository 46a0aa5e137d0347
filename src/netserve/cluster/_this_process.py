"""What this process is: forked with a channel or not, and a cluster's worker or a primary.

It is found out when something asks, and once.
"""

from __future__ import annotations

import os
import threading
from typing import NamedTuple

from .._processes.inherited import inherited, is_worker
from .._processes.own_process import Process
from ._own_worker import OwnWorker
from ._primary_binder import PrimaryBinder


class ThisProcess(NamedTuple):
    """This process, and what it is as a worker; `None`: it is none."""

    process: Process
    own: OwnWorker | None


# The same thread may take it again: a handler that a warning calls may ask for the same.
_lock = threading.RLock()
_known: ThisProcess | None = None


def this_process() -> ThisProcess:
    """Looks for the channel to the process that forked this one, and opens it."""
    global _known
    with _lock:
        if _known is None:
            found = inherited()
            own = None if found.worker is None else OwnWorker(found, found.worker)
            _known = ThisProcess(Process(found) if own is None else own.process, own)
        return _known


def _after_fork() -> None:
    """A process that this one forks itself was forked with no channel, and is no worker."""
    global _lock, _known
    _lock = threading.RLock()
    known, _known = _known, None
    if known is not None:
        known.process.leave_to_parent()


os.register_at_fork(after_in_child=_after_fork)


def find_binder() -> PrimaryBinder | None:
    """Who listens for the servers of this process: in a cluster's worker, the primary."""
    own = this_process().own if is_worker() else None
    return None if own is None else own.binder
