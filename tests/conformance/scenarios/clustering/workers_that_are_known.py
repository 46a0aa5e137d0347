"""A worker that leaves by itself stays in `workers` until it has disconnected and exited; one that
is told to disconnect is gone at once.
"""

import sys

from netserve import cluster, process
from tests.conformance.scenario import once, play_cluster, trace


async def primary() -> None:
    def known(when: str) -> None:
        trace("primary", when, list(cluster.workers))

    for event in ("fork", "online", "disconnect", "exit"):
        cluster.on(event, lambda *_, event=event: known(event))
    worker = cluster.fork()
    await once(worker, "online")
    worker.send("exit")
    await once(worker, "exit")
    second = cluster.fork()
    await once(second, "online")
    second.disconnect()
    known("told to disconnect")


def worker() -> None:
    process.on("message", lambda *_: sys.exit())


play_cluster(primary=primary, worker=worker)
