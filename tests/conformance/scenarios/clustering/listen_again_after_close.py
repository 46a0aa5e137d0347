"""A worker's server that was closed can listen again, on the same port and on another."""

from netserve import cluster, process
from tests.conformance.scenario import (
    ask,
    name_server,
    once,
    play_cluster,
    port_of,
    trace,
    watch_cluster,
)


def primary() -> None:
    async def on_listening(worker: cluster.Worker, address: cluster.ListeningAddress) -> None:
        trace("primary", "listening", await ask(address.port))
        worker.send("close")

    watch_cluster("exit")
    cluster.on("listening", on_listening)
    cluster.fork()


async def worker() -> None:
    server = name_server()
    port = 0
    for target in ("any", "the same", "another"):
        told = once(process, "message")
        server.listen(port if target == "the same" else 0, "127.0.0.1")
        await once(server, "listening")
        trace("worker1", target, port_of(server) == port)
        port = port_of(server)
        await told
        await once(server.close(), "close")
    cluster.worker.disconnect()


play_cluster(primary=primary, worker=worker)
