"""is_connected() and is_dead() over a worker's life."""

from netserve import cluster, process
from tests.conformance.scenario import once, play_cluster, sleep, trace


async def primary() -> None:
    def state(when: str) -> None:
        trace("primary", when, worker.is_connected(), worker.is_dead())

    worker = cluster.fork()
    state("forked")
    await once(worker, "message")
    state("running")
    worker.disconnect()
    state("told to disconnect")
    await once(worker, "disconnect")
    state("disconnected")
    await once(worker, "exit")
    state("over")


async def worker() -> None:
    def state(when: str) -> None:
        trace("worker1", when, this.is_connected(), this.is_dead())

    this = cluster.worker
    state("running")
    process.send("running")
    await once(this, "disconnect")
    state("disconnected")
    await sleep(0.1)  # still alive where the primary sees it disconnected


play_cluster(primary=primary, worker=worker)
