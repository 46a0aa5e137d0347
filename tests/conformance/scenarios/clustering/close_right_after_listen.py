"""A worker's server that is closed before the primary has answered never listens."""

from netserve import cluster
from tests.conformance.scenario import (
    name_server,
    once,
    play_cluster,
    trace,
    watch,
    watch_cluster,
)


def primary() -> None:
    watch_cluster("exit")
    cluster.on("listening", lambda _, address: trace("primary", "listening", address.address))
    cluster.fork()


async def worker() -> None:
    server = name_server().listen(0, "127.0.0.1")
    watch(server, "worker1", "listening", "error", "close")
    server.close(lambda error=None: trace("worker1", "callback", error))
    trace("worker1", "closing", server.listening)
    await once(name_server().listen(0, "127.0.0.1"), "listening")  # answered after it
    trace("worker1", "another one listens", server.listening, server.address())
    cluster.worker.disconnect()


play_cluster(primary=primary, worker=worker)
