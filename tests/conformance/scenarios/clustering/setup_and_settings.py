"""What workers are started with: setup_primary() fills `settings`, and 'setup' comes after it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from netserve import cluster
from tests.conformance.scenario import me, once, play_cluster, trace


async def primary() -> None:
    def on_setup(settings: Mapping[str, Any]) -> None:
        trace("primary", "setup", stem(settings), settings["args"], settings["silent"])

    def stem(settings: Mapping[str, Any]) -> str:
        return Path(settings["exec"]).stem

    trace("primary", "before", len(cluster.settings))
    cluster.on("setup", on_setup)
    cluster.setup_primary()
    settings = cluster.settings
    trace("primary", "defaults", stem(settings), settings["args"], settings["silent"])
    cluster.setup_primary(args=["one", "two"])
    trace("primary", "changed", stem(cluster.settings), cluster.settings["args"])
    await once(cluster.fork().disconnect(), "exit")
    cluster.setup_primary(args=["three"])
    await once(cluster.fork().disconnect(), "exit")


def worker() -> None:
    trace(me(), "arguments", sys.argv[1:])


play_cluster(primary=primary, worker=worker)
