"""kill() in the worker leaves with code 0, and waits for no connection."""

import netserve
from netserve import cluster
from tests.conformance.scenario import (
    collect,
    fork_listening,
    once,
    play_cluster,
    trace,
    watch_cluster,
)


async def primary() -> None:
    watch_cluster("disconnect", "exit")
    worker, address = await fork_listening()
    client = netserve.create_connection(address.port, "127.0.0.1")
    collect(client, "client")
    client.on("close", lambda failed: trace("client", "close", failed))
    await once(worker, "exit")
    trace("primary", "over", worker.exited_after_disconnect, worker.is_dead())


def worker() -> None:
    def kill(*_: object) -> None:
        this.kill()
        trace("worker1", "leaves", this.exited_after_disconnect)

    this = cluster.worker
    this.on("disconnect", lambda: trace("worker1", "disconnect", this.is_connected()))
    server = netserve.create_server(lambda peer: peer.write("hello", callback=kill))
    server.listen(0, "127.0.0.1")


play_cluster(primary=primary, worker=worker)
