"""A worker that exits by itself: 'exit' has its code, and it was not asked to leave."""

import sys

from netserve import process
from tests.conformance.scenario import (
    fork_listening,
    name_server,
    once,
    play_cluster,
    trace,
    watch_cluster,
)


async def primary() -> None:
    watch_cluster("disconnect", "exit")
    for code in (0, 7):
        worker, _ = await fork_listening()
        worker.send(code)
        await once(worker, "exit")
        child = worker.process
        trace("primary", "over", child.exit_code, child.signal_code, worker.exited_after_disconnect)


def worker() -> None:
    name_server().listen(0, "127.0.0.1")
    process.once("message", lambda code, _: sys.exit(code))


play_cluster(primary=primary, worker=worker)
