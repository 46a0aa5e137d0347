"""A program is the primary until it is forked as a worker; workers are numbered from 1."""

from netserve import cluster
from tests.conformance.scenario import me, play_cluster, trace, watch_cluster


def state() -> tuple[bool, bool, int | None]:
    return cluster.is_primary, cluster.is_worker, cluster.worker.id if cluster.worker else None


def primary() -> None:
    watch_cluster("exit")
    trace("primary", "is", *state(), list(cluster.workers))
    worker = cluster.fork()
    trace("primary", "forked", worker.id, cluster.workers[1] is worker)
    cluster.fork()
    trace("primary", "workers", list(cluster.workers))
    worker.on("exit", lambda *_: cluster.workers[2].disconnect())
    worker.disconnect()


def worker() -> None:
    trace(me(), "is", *state())


play_cluster(primary=primary, worker=worker)
