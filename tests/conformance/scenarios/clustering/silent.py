"""A silent worker's output is the primary's to read."""

import sys

from netserve import cluster
from tests.conformance.scenario import collect, play_cluster, watch_cluster


def primary() -> None:
    cluster.setup_primary(silent=True)
    watch_cluster("exit")
    worker = cluster.fork()
    collect(worker.process.stdout, "stdout")
    collect(worker.process.stderr, "stderr")


def worker() -> None:
    print("said")
    print("complained", file=sys.stderr)
    cluster.worker.disconnect()


play_cluster(primary=primary, worker=worker)
