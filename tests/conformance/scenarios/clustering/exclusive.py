"""An exclusive server listens without the primary: it hears nothing, and the next worker gets an
error.
"""

from netserve import cluster, process
from tests.conformance.scenario import (
    address_of,
    alias,
    ask,
    deaf_port,
    me,
    name_server,
    once,
    play_cluster,
    trace,
    watch_cluster,
)


async def primary() -> None:
    port = await deaf_port()
    watch_cluster("listening")
    for worker in (cluster.fork(), cluster.fork()):
        worker.send(port)
        trace("primary", "message", *await once(worker, "message"))
    trace("client", "ask", await ask(port))
    for worker in cluster.workers.values():
        worker.kill()


def worker() -> None:
    def on_message(port: int, _handle: None) -> None:
        def on_listening() -> None:
            trace(me(), "listening", address_of(server))
            process.send("listens")

        def on_error(error: BaseException) -> None:
            trace(me(), "error", error)
            process.send("failed")

        alias(port, "<port>")
        server = name_server().listen(port, "127.0.0.1", exclusive=True)
        server.on("listening", on_listening)
        server.on("error", on_error)

    process.once("message", on_message)


play_cluster(primary=primary, worker=worker)
