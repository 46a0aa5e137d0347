"""A worker that does not take its connection gets no other: the rest go to who is free."""

import asyncio

from netserve import cluster
from tests.conformance.scenario import ask, fork_listening, name_server, play_cluster, trace


async def primary() -> None:
    worker, address = await fork_listening()
    worker.process.kill("SIGSTOP")
    waiting = asyncio.ensure_future(ask(address.port))
    await fork_listening()
    trace("primary", "served", [await ask(address.port) for _ in range(4)])
    worker.process.kill("SIGCONT")
    trace("primary", "served at last", await waiting)
    cluster.disconnect()


def worker() -> None:
    name_server().listen(0, "127.0.0.1")


play_cluster(primary=primary, worker=worker)
