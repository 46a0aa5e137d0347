"""getConnections() in a worker counts that worker's connections."""

import netserve
from netserve import cluster, process
from tests.conformance.scenario import fork_listening, me, once, play_cluster, trace


async def primary() -> None:
    _, address = await fork_listening()
    await fork_listening()
    clients = []
    for _ in range(4):
        client = netserve.create_connection(address.port, "127.0.0.1")
        await once(client, "data")
        clients.append(client)
    for worker in cluster.workers.values():
        worker.send("count")
        await once(worker, "message")
    for client in clients:
        client.end()
    cluster.disconnect()


def worker() -> None:
    def on_counted(error: BaseException | None, count: int) -> None:
        trace(me(), "connections", error, count)
        process.send("counted")

    server = netserve.create_server(lambda peer: peer.write("hello")).listen(0, "127.0.0.1")
    process.once("message", lambda *_: server.get_connections(on_counted))


play_cluster(primary=primary, worker=worker)
