"""A cluster's worker listens on it by itself: its primary does not hear of that."""

import netserve
from netserve import AddressInfo, BoundSocket, cluster, process
from tests.conformance.scenario import alias, ask, me, once, play_cluster, trace, watch_cluster


async def primary() -> None:
    watch_cluster("online", "listening", "exit")
    worker = cluster.fork()
    port, _ = await once(worker, "message")
    alias(port, "<port>")
    trace("primary", "hears", await ask(port))
    worker.disconnect()


def worker() -> None:
    assert cluster.worker is not None
    bound = BoundSocket(host="127.0.0.1")
    address = bound.address()
    assert isinstance(address, AddressInfo)
    port = address.port
    server = netserve.create_server(lambda peer: peer.end(me()))
    server.listen(bound, lambda: process.send(port))
    cluster.worker.on("disconnect", server.close)


play_cluster(primary=primary, worker=worker)
