"""A handle goes with a message both ways: a server to the worker, a connection to the primary."""

import netserve
from netserve import cluster, process
from tests.conformance.scenario import ask, once, play_cluster, port_of, serve, trace


async def primary() -> None:
    def on_message(sender: cluster.Worker, message: str, handle: netserve.Socket | None) -> None:
        trace("primary", "message", sender.id, message, handle)
        if handle:
            handle.end(f"answered for worker {sender.id}")

    server = await serve()
    port = port_of(server)
    worker = cluster.fork()
    cluster.on("message", on_message)
    worker.send("take", server)
    server.close()
    await once(worker, "message")
    trace("client", "ask", await ask(port))
    worker.disconnect()


def worker() -> None:
    def on_message(message: str, server: netserve.Server) -> None:
        def on_connection(peer: netserve.Socket) -> None:
            process.send("answer", peer)
            server.close()

        trace("worker1", "message", message, server)
        server.on("connection", on_connection)
        process.send("ready")

    process.once("message", on_message)


play_cluster(primary=primary, worker=worker)
