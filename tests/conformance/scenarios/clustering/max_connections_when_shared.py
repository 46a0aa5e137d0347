"""A worker that accepts by itself drops what is beyond its limit."""

import netserve
from netserve import cluster
from tests.conformance.scenario import ask, fork_listening, once, play_cluster, trace


async def primary() -> None:
    cluster.scheduling_policy = cluster.SCHED_NONE
    worker, address = await fork_listening()
    first = netserve.create_connection(address.port, "127.0.0.1").set_encoding("utf-8")
    trace("client", "first", *await once(first, "data"))
    trace("client", "second", await ask(address.port))
    first.end()
    worker.disconnect()


def worker() -> None:
    def on_drop(info: netserve.DropInfo) -> None:
        trace("worker1", "drop", info.local_address, info.remote_address)

    server = netserve.create_server(lambda peer: peer.write("served"))
    server.max_connections = 1
    server.on("drop", on_drop)
    server.listen(0, "127.0.0.1")


play_cluster(primary=primary, worker=worker)
