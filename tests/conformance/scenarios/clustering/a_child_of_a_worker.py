"""What a worker forks by itself is no worker."""

import sys

from netserve import cluster
from tests.conformance.scenario import once, play_cluster, start_part, trace


def primary() -> None:
    if sys.argv[1:] == ["child"]:
        trace("child", "is", cluster.is_primary, cluster.is_worker)
    else:
        cluster.fork()


async def worker() -> None:
    trace("worker1", "exit", *await once(start_part("child"), "exit"))
    cluster.worker.disconnect()


play_cluster(primary=primary, worker=worker)
