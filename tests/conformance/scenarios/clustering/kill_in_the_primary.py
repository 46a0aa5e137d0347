"""kill() in the primary sends SIGTERM, or the signal it is given: nobody was asked to leave."""

from netserve import cluster
from tests.conformance.scenario import once, play_cluster, trace, watch_cluster


async def primary() -> None:
    watch_cluster("disconnect", "exit")
    for signal in ((), ("SIGKILL",)):
        worker = cluster.fork()
        await once(worker, "online")
        worker.kill(*signal)
        trace("primary", "killed", worker.exited_after_disconnect)
        await once(worker, "disconnect")
        trace("primary", "disconnected", worker.exited_after_disconnect)
        await once(worker, "exit")
        trace("primary", "over", worker.exited_after_disconnect, worker.process.killed)


play_cluster(primary=primary, worker=lambda: None)
