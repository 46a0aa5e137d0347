"""A port that somebody else has is an error also where workers share the descriptor."""

from netserve import cluster, process
from tests.conformance.scenario import (
    alias,
    name_server,
    once,
    play_cluster,
    port_of,
    serve,
    trace,
    watch_cluster,
)


async def primary() -> None:
    cluster.scheduling_policy = cluster.SCHED_NONE
    server = await serve()
    watch_cluster("exit")
    worker = cluster.fork()
    worker.send(port_of(server))
    (address,) = await once(worker, "listening")
    trace("primary", "listening", address.address)
    server.close()
    worker.disconnect()


def worker() -> None:
    def on_message(port: int, _handle: None) -> None:
        def on_error(error: BaseException) -> None:
            trace("worker1", "error", error, server.listening, server.address())
            server.listen(0, "127.0.0.1", callback=on_listening)

        def on_listening() -> None:
            trace("worker1", "listening", server.listening)

        alias(port, "<port>")
        server = name_server().listen(port, "127.0.0.1")
        server.on("error", on_error)

    process.once("message", on_message)


play_cluster(primary=primary, worker=worker)
