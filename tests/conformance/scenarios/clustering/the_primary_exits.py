"""A worker exits when its primary does."""

import atexit
import sys

from netserve import cluster
from tests.conformance.scenario import ask, fork_listening, name_server, play_cluster, trace


async def primary() -> None:
    _, address = await fork_listening()
    trace("primary", "served", await ask(address.port))
    sys.exit()


def worker() -> None:
    def on_disconnect() -> None:
        trace("worker1", "disconnect", this.exited_after_disconnect)

    this = cluster.worker
    this.on("disconnect", on_disconnect)
    atexit.register(trace, "worker1", "exit")
    name_server().listen(0, "127.0.0.1")


play_cluster(primary=primary, worker=worker)
