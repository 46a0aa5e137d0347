"""listen() on a worker's server that listens is an error, as it is without a cluster."""

from netserve import cluster
from tests.conformance.scenario import attempt, name_server, once, play_cluster


def primary() -> None:
    cluster.fork()


async def worker() -> None:
    server = name_server()
    await once(server.listen(0, "127.0.0.1"), "listening")
    attempt("worker1", "listen", lambda: server.listen(0, "127.0.0.1"))
    cluster.worker.disconnect()


play_cluster(primary=primary, worker=worker)
