"""The second server of one worker on the same port gets an error."""

from netserve import cluster
from tests.conformance.scenario import (
    deaf_port,
    name_server,
    once,
    play_cluster,
    trace,
    watch_cluster,
)


def primary() -> None:
    watch_cluster("exit")
    cluster.fork()


async def worker() -> None:
    def on_error(error: BaseException) -> None:
        trace("worker1", "error", error, first.listening, second.listening)
        cluster.worker.disconnect()

    first, second = name_server(), name_server()
    port = await deaf_port()
    await once(first.listen(port, "127.0.0.1"), "listening")
    second.listen(port, "127.0.0.1")
    second.on("error", on_error)


play_cluster(primary=primary, worker=worker)
