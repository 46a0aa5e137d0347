"""fork(env) adds to the environment of that worker; what says that it is one has left it."""

import os

from netserve import cluster
from tests.conformance.scenario import me, once, play_cluster, trace


async def primary() -> None:
    os.environ["SCENARIO_OWN"] = "mine"
    await once(cluster.fork({"SCENARIO_EXTRA": "more", "SCENARIO_OWN": "changed"}), "exit")
    await once(cluster.fork(), "exit")
    trace("primary", "env", os.environ.get("SCENARIO_EXTRA"), os.environ["SCENARIO_OWN"])


def worker() -> None:
    names = ("SCENARIO_EXTRA", "SCENARIO_OWN", "NODE_UNIQUE_ID", "NODE_CHANNEL_FD")
    trace(me(), "env", *map(os.environ.get, names))
    cluster.worker.disconnect()


play_cluster(primary=primary, worker=worker)
