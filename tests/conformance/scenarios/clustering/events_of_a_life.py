"""The events of a worker's life in order: each on the worker first, then on the cluster."""

from netserve import cluster
from tests.conformance.scenario import (
    alias,
    name_server,
    play_cluster,
    trace,
    watch,
    watch_cluster,
)


def primary() -> None:
    cluster.on("setup", lambda _: trace("primary", "setup"))
    cluster.on("listening", lambda _, address: alias(address.port, "<port>"))
    watch_cluster("fork", "online", "listening", "disconnect", "exit")
    worker = cluster.fork()
    trace("primary", "fork returned")
    worker.on("listening", lambda address: alias(address.port, "<port>"))
    watch(worker, "the primary's worker", "online", "listening", "disconnect", "exit")
    for event in ("online", "listening", "disconnect", "exit"):
        worker.on(event, lambda *_, event=event: trace("primary", "its own", event))
    worker.on("listening", lambda _: worker.disconnect())


def worker() -> None:
    server = name_server()
    server.on("listening", lambda: trace("worker1", "server listens"))
    server.on("close", lambda: trace("worker1", "server closed"))
    cluster.worker.on("disconnect", lambda: trace("worker1", "disconnect"))
    server.listen(0, "127.0.0.1")


play_cluster(primary=primary, worker=worker)
