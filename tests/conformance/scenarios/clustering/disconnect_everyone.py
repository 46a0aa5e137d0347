"""cluster.disconnect() calls back when workers have gone, and nothing is listened on then."""

import asyncio

from netserve import cluster
from tests.conformance.scenario import ask, fork_listening, name_server, play_cluster, trace


async def primary() -> None:
    async def disconnect() -> None:
        gone = asyncio.Event()
        cluster.disconnect(gone.set)
        await gone.wait()

    def on_disconnect(worker: cluster.Worker) -> None:
        trace("events", "disconnect", worker.exited_after_disconnect)

    await disconnect()
    trace("primary", "nobody there")
    _, address = await fork_listening()
    await fork_listening()
    cluster.on("disconnect", on_disconnect)
    await disconnect()
    trace("primary", "gone", len(cluster.workers), await ask(address.port))


def worker() -> None:
    name_server().listen(0, "127.0.0.1")


play_cluster(primary=primary, worker=worker)
