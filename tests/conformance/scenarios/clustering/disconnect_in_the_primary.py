"""disconnect() in the primary: the worker closes its servers, and leaves once its connections have
ended.
"""

import netserve
from netserve import cluster, process
from tests.conformance.scenario import (
    ask,
    collect,
    fork_listening,
    once,
    play_cluster,
    trace,
    watch_cluster,
)


async def primary() -> None:
    def state(when: str) -> None:
        trace("primary", when, worker.exited_after_disconnect, worker.is_connected())

    watch_cluster("disconnect", "exit")
    worker, address = await fork_listening()
    client = netserve.create_connection(address.port, "127.0.0.1")
    collect(client, "client")
    await once(client, "data")
    state("stays")
    worker.send("stays")
    trace("primary", "returned", worker.disconnect() is worker)
    state("leaves")
    worker.send("leaves")
    await once(worker, "message")
    trace("primary", "newcomer", await ask(address.port))
    client.end()
    await once(worker, "exit")
    state("left")


def worker() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        peer.on("close", lambda _: trace("connection", "closed"))
        peer.write("hello")

    def on_message(message: str, _handle: None) -> None:
        trace("worker1", message, cluster.worker.exited_after_disconnect, server.listening)
        if message == "leaves":
            process.send("told")

    server = netserve.create_server(on_connection)
    server.on("close", lambda: trace("worker1", "server closed"))
    cluster.worker.on("disconnect", lambda: trace("worker1", "disconnect"))
    process.on("message", on_message)
    server.listen(0, "127.0.0.1")


play_cluster(primary=primary, worker=worker)
