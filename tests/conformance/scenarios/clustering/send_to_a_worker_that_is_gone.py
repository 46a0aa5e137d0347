"""A message to a worker that has left: its callback gets the error, or the worker emits it."""

from netserve import cluster
from tests.conformance.scenario import once, play_cluster, trace


async def primary() -> None:
    worker = cluster.fork()
    worker.on("error", lambda error: trace("worker", "error", error))
    await once(worker, "online")
    worker.disconnect()
    await once(worker, "exit")
    sent = worker.send("late", callback=lambda error: trace("callback", "sent", error))
    trace("primary", "send returned", sent)
    trace("primary", "send returned", worker.send("later"))


play_cluster(primary=primary, worker=lambda: None)
