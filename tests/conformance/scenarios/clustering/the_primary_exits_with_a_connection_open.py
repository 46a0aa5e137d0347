"""A worker whose primary is gone has a connection open. Differs on purpose: Node's worker exits at
once, netserve's lets the connection end first.
"""

import atexit
import sys

import netserve
from netserve import cluster, process
from tests.conformance.scenario import (
    collect,
    differs,
    fork_listening,
    later,
    once,
    play_cluster,
    start_part,
    trace,
)


def client(port: int) -> None:
    socket = netserve.create_connection(port, "127.0.0.1")
    collect(socket, "client")
    socket.once("data", lambda _: process.send("connected"))
    socket.on("close", lambda failed: trace("client", "close", failed))


async def primary() -> None:
    if len(sys.argv) > 1:
        return client(int(sys.argv[1]))
    differs(
        "client",
        node=[["received", {"bytes": "hello"}]],
        netserve=[["received", {"bytes": "hello and goodbye"}]],
    )
    _, address = await fork_listening()
    await once(start_part(str(address.port)), "message")
    sys.exit()


def worker() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        peer.write("hello")
        this.on("disconnect", lambda: later(0.1, lambda: peer.end(" and goodbye")))

    this = cluster.worker
    netserve.create_server(on_connection).listen(0, "127.0.0.1")
    atexit.register(trace, "worker1", "exit")


play_cluster(primary=primary, worker=worker)
