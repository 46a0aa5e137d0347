"""Two workers listen on one path; its file goes with the last of them."""

import os

from netserve import cluster
from tests.conformance.scenario import (
    ask,
    fork_listening,
    local_path,
    me,
    name_server,
    play_cluster,
    trace,
)

PATH = local_path("s")


async def primary() -> None:
    _, address = await fork_listening()
    trace("primary", "listening", address)
    await fork_listening()
    trace("primary", "served", sorted([await ask(PATH), await ask(PATH)]))
    cluster.disconnect(lambda: trace("primary", "file", os.path.exists(PATH)))


def worker() -> None:
    server = name_server()
    server.listen(PATH, callback=lambda: trace(me(), "address", server.address()))


play_cluster(primary=primary, worker=worker)
