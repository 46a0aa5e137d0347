"""A worker whose primary closes the channel without a word exits with code 0."""

import atexit

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
    worker, _ = await fork_listening()
    worker.process.disconnect()
    await once(worker, "exit")
    trace("primary", "over", worker.exited_after_disconnect)


def worker() -> None:
    name_server().listen(0, "127.0.0.1")
    atexit.register(trace, "worker1", "exit")


play_cluster(primary=primary, worker=worker)
