"""With drop_max_connection the worker drops what is beyond its limit instead of passing it on."""

import netserve
from tests.conformance.scenario import (
    alias,
    ask,
    fork_listening,
    once,
    play_cluster,
    port_of,
    trace,
)


async def primary() -> None:
    worker, address = await fork_listening()
    first = netserve.create_connection(address.port, "127.0.0.1").set_encoding("utf-8")
    trace("client", "first", *await once(first, "data"))
    trace("client", "second", await ask(address.port))
    first.end()
    worker.disconnect()


def worker() -> None:
    def on_drop(info: netserve.DropInfo) -> None:
        trace("worker1", "drop", *info[:4], info.remote_family)

    server = netserve.create_server(lambda peer: peer.write("served"))
    server.max_connections = 1
    server.drop_max_connection = True
    server.on("drop", on_drop)
    server.listen(0, "127.0.0.1", callback=lambda: alias(port_of(server), "<port>"))


play_cluster(primary=primary, worker=worker)
