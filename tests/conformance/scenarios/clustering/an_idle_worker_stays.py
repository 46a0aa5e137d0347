"""A worker stays although its server is unref'd, or there is none: it waits for its primary."""

import os

from netserve import cluster
from tests.conformance.scenario import (
    ask,
    fork_listening,
    me,
    name_server,
    once,
    play_cluster,
    trace,
    watch_cluster,
)


async def primary() -> None:
    watch_cluster("exit")
    worker, address = await fork_listening({"SCENARIO_LISTENS": "yes"})
    idle = cluster.fork()
    await once(idle, "online")
    trace("primary", "served", await ask(address.port), await ask(address.port))
    trace("primary", "alive", not worker.is_dead(), not idle.is_dead())
    worker.disconnect()
    await once(worker, "exit")
    idle.disconnect()


def worker() -> None:
    if "SCENARIO_LISTENS" in os.environ:
        name_server().unref().listen(0, "127.0.0.1")
    trace(me(), "begins")


play_cluster(primary=primary, worker=worker)
