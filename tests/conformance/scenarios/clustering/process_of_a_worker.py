"""worker.process is the child process: its id is what the worker has."""

import os

from netserve import cluster, process
from tests.conformance.scenario import once, play_cluster, trace


async def primary() -> None:
    worker = cluster.fork()
    child = worker.process
    pid, _ = await once(worker, "message")
    trace("primary", "running", pid == child.pid, child.connected, child.exit_code, child.killed)
    worker.disconnect()
    await once(child, "exit")
    trace("primary", "over", child.connected, child.exit_code, child.signal_code)


def worker() -> None:
    process.send(os.getpid())
    trace("worker1", "connected", cluster.worker.process.connected, process.connected)


play_cluster(primary=primary, worker=worker)
