"""With reuse_port every worker listens by itself on the same port; the primary hears nothing."""

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
        await once(worker, "message")
    cluster.workers[1].kill()
    await once(cluster.workers[1], "exit")
    trace("client", "ask", await ask(port))
    cluster.workers[2].kill()


def worker() -> None:
    def on_message(port: int, _handle: None) -> None:
        def on_listening() -> None:
            trace(me(), "listening", address_of(server))
            process.send("listens")

        alias(port, "<port>")
        server = name_server()
        server.listen(port, "127.0.0.1", reuse_port=True, callback=on_listening)

    process.once("message", on_message)


play_cluster(primary=primary, worker=worker)
