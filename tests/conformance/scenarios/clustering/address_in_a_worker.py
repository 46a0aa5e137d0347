"""A worker's server has no address before it listens, then the primary's, and none once closed."""

from netserve import cluster
from tests.conformance.scenario import (
    alias,
    me,
    name_server,
    once,
    play_cluster,
    port_of,
    trace,
)


def primary() -> None:
    cluster.fork()


async def worker() -> None:
    def state(when: str) -> None:
        trace(me(), when, server.listening, server.address())

    server = name_server()
    state("new")
    server.listen(0, "127.0.0.1")
    state("asked")
    await once(server, "listening")
    alias(port_of(server), "<port>")
    state("listening")
    server.close()
    state("closing")
    await once(server, "close")
    state("closed")
    cluster.worker.disconnect()


play_cluster(primary=primary, worker=worker)
