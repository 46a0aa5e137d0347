"""cwd of setup_primary() is where workers run."""

import os

from netserve import cluster
from tests.conformance.scenario import local_path, play_cluster, trace


def primary() -> None:
    cluster.setup_primary(exec=__file__, cwd=local_path(""))
    cluster.fork()


def worker() -> None:
    trace("worker1", "runs in", os.getcwd())
    cluster.worker.disconnect()


play_cluster(primary=primary, worker=worker)
