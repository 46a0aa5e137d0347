"""SCHED_NONE: workers accept by themselves, on one port. The constants have Node's numbers."""

from netserve import cluster
from tests.conformance.scenario import (
    address_of,
    alias,
    ask,
    fork_listening,
    me,
    name_server,
    once,
    play_cluster,
    port_of,
    trace,
)


async def primary() -> None:
    trace("primary", "constants", cluster.SCHED_NONE, cluster.SCHED_RR)
    trace("primary", "policy", cluster.scheduling_policy)
    cluster.scheduling_policy = cluster.SCHED_NONE
    worker, address = await fork_listening()
    port = alias(address.port, "<port>")
    trace("primary", "listening", address)
    trace("client", "ask", await ask(port))
    trace("primary", "listening", (await fork_listening()).address)
    worker.kill()
    await once(worker, "exit")
    trace("client", "ask", await ask(port))

    async def on_disconnected() -> None:
        trace("client", "ask", await ask(port))

    cluster.disconnect(on_disconnected)


def worker() -> None:
    def on_listening() -> None:
        alias(port_of(server), "<port>")
        trace(me(), "address", address_of(server))

    server = name_server().listen(0, "127.0.0.1", callback=on_listening)


play_cluster(primary=primary, worker=worker)
