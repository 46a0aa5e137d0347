"""fork() sets up by itself, each time: 'setup' comes before 'fork'."""

from collections.abc import Mapping
from typing import Any

from netserve import cluster
from tests.conformance.scenario import once, play_cluster, trace, watch_cluster


async def primary() -> None:
    def on_setup(settings: Mapping[str, Any]) -> None:
        trace("primary", "setup", settings["args"], settings["silent"])

    cluster.on("setup", on_setup)
    watch_cluster("fork", "exit")
    for _ in range(2):
        worker = cluster.fork()
        trace("primary", "settings", cluster.settings["args"], cluster.settings["silent"])
        await once(worker, "online")
        worker.disconnect()
        await once(worker, "exit")


play_cluster(primary=primary, worker=lambda: None)
