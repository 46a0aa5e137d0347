"""Workers of a primary that is killed go too, with a server or without."""

import atexit
import os
import sys

from netserve import cluster, process
from tests.conformance.scenario import (
    fork_listening,
    me,
    name_server,
    once,
    play_cluster,
    start_part,
    trace,
    watch,
)


async def primary() -> None:
    if sys.argv[1:] == ["victim"]:
        await fork_listening({"SCENARIO_LISTENS": "yes"})
        await once(cluster.fork(), "online")
        process.send("ready")
        return
    victim = start_part("victim")
    watch(victim, "parent", "exit")
    await once(victim, "message")
    victim.kill("SIGKILL")


def worker() -> None:
    cluster.worker.on("disconnect", lambda: trace(me(), "disconnect"))
    atexit.register(trace, me(), "exit")
    if "SCENARIO_LISTENS" in os.environ:
        name_server().listen(0, "127.0.0.1")


play_cluster(primary=primary, worker=worker)
