"""Workers that ask for any port get the same one, and the primary hears it from each."""

from netserve import cluster, process
from tests.conformance.scenario import (
    address_of,
    alias,
    fork_listening,
    me,
    name_server,
    play_cluster,
    trace,
)


async def primary() -> None:
    first = await fork_listening()
    alias(first.address.port, "<port>")
    trace("primary", "first", first.address)
    second = await fork_listening()
    trace("primary", "second", second.address)
    for worker, _ in (first, second):
        worker.send(first.address.port)
    cluster.disconnect()


def worker() -> None:
    def on_message(port: int, _handle: None) -> None:
        alias(port, "<port>")
        trace(me(), "address", address_of(server))

    server = name_server().listen(0, "127.0.0.1")
    process.once("message", on_message)


play_cluster(primary=primary, worker=worker)
