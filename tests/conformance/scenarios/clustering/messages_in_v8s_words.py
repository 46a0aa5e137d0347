"""With serialization "advanced" messages hold bytes and sets, and the cluster works as before."""

from typing import Any

from netserve import cluster, process
from tests.conformance.scenario import (
    ask,
    fork_listening,
    name_server,
    once,
    play_cluster,
    trace,
)


async def primary() -> None:
    cluster.setup_primary(serialization="advanced")
    worker, address = await fork_listening()
    trace("primary", "ask", await ask(address.port))
    worker.send({"data": b"bytes", "many": {1}})
    message, _ = await once(worker, "message")
    trace("primary", "message", message["data"], list(message["many"]))
    worker.disconnect()


def worker() -> None:
    def on_message(message: dict[str, Any], _handle: None) -> None:
        trace("worker1", "message", message["data"], list(message["many"]))
        process.send(message)

    name_server().listen(0, "127.0.0.1")
    process.once("message", on_message)


play_cluster(primary=primary, worker=worker)
