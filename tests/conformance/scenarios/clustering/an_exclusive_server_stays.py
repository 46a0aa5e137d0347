"""disconnect() closes what the primary listens for: an exclusive server and its process go on."""

from netserve import cluster, process
from tests.conformance.scenario import ask, name_server, once, play_cluster, port_of, trace


async def primary() -> None:
    worker = cluster.fork()
    port, _ = await once(worker, "message")
    worker.disconnect()
    await once(worker, "disconnect")
    trace("primary", "disconnected", await ask(port), worker.is_dead())
    worker.kill()
    trace("primary", "exit", *await once(worker, "exit"))


def worker() -> None:
    server = name_server().listen(0, "127.0.0.1", exclusive=True)
    server.on("listening", lambda: process.send(port_of(server)))


play_cluster(primary=primary, worker=worker)
