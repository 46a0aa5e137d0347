"""A worker that is killed takes only its own connections along: clients are served by the other."""

import netserve
from netserve import cluster
from tests.conformance.scenario import ask, fork_listening, me, once, play_cluster, trace


async def primary() -> None:
    first, address = await fork_listening()
    held = netserve.create_connection(address.port, "127.0.0.1").set_encoding("utf-8")
    trace("primary", "held by", *await once(held, "data"))
    await fork_listening()
    closed, exited = once(held, "close"), once(first, "exit")
    first.kill("SIGKILL")
    await closed
    await exited
    trace("primary", "served", [await ask(address.port) for _ in range(4)])
    cluster.disconnect()


def worker() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        if me() == "worker1":
            peer.write(me())
        else:
            peer.end(me())

    netserve.create_server(on_connection).listen(0, "127.0.0.1")


play_cluster(primary=primary, worker=worker)
