"""A worker that has all the connections it may have passes the next one on to another."""

import netserve
from netserve import cluster
from tests.conformance.scenario import fork_listening, me, once, play_cluster, trace


async def primary() -> None:
    _, address = await fork_listening()
    await fork_listening()
    clients = []
    served: list[str] = []
    for _ in range(4):
        client = netserve.create_connection(address.port, "127.0.0.1").set_encoding("utf-8")
        served += await once(client, "data")
        clients.append(client)
    trace("primary", "served", sorted(served))
    for client in clients:
        client.end()
    cluster.disconnect()


def worker() -> None:
    server = netserve.create_server(lambda peer: peer.write(me()))
    server.max_connections = 1 if me() == "worker1" else 3
    server.on("drop", lambda _: trace(me(), "drop"))
    server.listen(0, "127.0.0.1")


play_cluster(primary=primary, worker=worker)
