"""Six clients, one after another, are dealt to two workers: three each."""

from netserve import cluster
from tests.conformance.scenario import ask, fork_listening, name_server, play_cluster, trace


async def primary() -> None:
    trace("primary", "policy", cluster.scheduling_policy == cluster.SCHED_RR)
    _, address = await fork_listening()
    await fork_listening()
    served = [await ask(address.port) for _ in range(6)]
    trace("primary", "served", sorted(served))
    cluster.disconnect()


def worker() -> None:
    name_server().listen(0, "127.0.0.1")


play_cluster(primary=primary, worker=worker)
