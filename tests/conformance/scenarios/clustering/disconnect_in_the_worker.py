"""disconnect() in the worker does the same: it closes its servers, waits, leaves with code 0."""

from netserve import cluster, process
from tests.conformance.scenario import (
    ask,
    fork_listening,
    name_server,
    once,
    play_cluster,
    trace,
    watch_cluster,
)


async def primary() -> None:
    watch_cluster("disconnect", "exit")
    worker, address = await fork_listening()
    trace("primary", "stays", worker.exited_after_disconnect, await ask(address.port))
    worker.send("leave")
    await once(worker, "disconnect")
    trace("primary", "disconnected", worker.exited_after_disconnect, await ask(address.port))
    await once(worker, "exit")
    trace("primary", "left", worker.exited_after_disconnect)


def worker() -> None:
    def on_message(*_: object) -> None:
        trace("worker1", "stays", this.exited_after_disconnect)
        trace("worker1", "returned", this.disconnect() is this)
        trace("worker1", "leaves", this.exited_after_disconnect)

    this = cluster.worker
    server = name_server().listen(0, "127.0.0.1")
    server.on("close", lambda: trace("worker1", "server closed", this.is_connected()))
    this.on("disconnect", lambda: trace("worker1", "disconnect", this.is_connected()))
    process.once("message", on_message)


play_cluster(primary=primary, worker=worker)
