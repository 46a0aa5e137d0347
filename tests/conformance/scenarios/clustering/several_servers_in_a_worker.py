"""Servers of one worker that ask for any port get one each; the next worker's get the same ones."""

from netserve import cluster, process
from tests.conformance.scenario import me, name_server, once, play_cluster, port_of, trace


async def primary() -> None:
    ports = [(await once(cluster.fork(), "message"))[0] for _ in range(2)]
    trace("primary", "different", len(set(ports[0])))
    trace("primary", "the same", ports[0] == ports[1])
    cluster.disconnect()


async def worker() -> None:
    servers = [name_server(), name_server(), name_server()]
    for server in servers:
        await once(server.listen(0, "127.0.0.1"), "listening")
    trace(me(), "listening", len(servers))
    process.send([port_of(server) for server in servers])


play_cluster(primary=primary, worker=worker)
