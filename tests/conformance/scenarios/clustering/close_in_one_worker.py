"""A server that one worker closes goes on in the other; closed in both, the port is free."""

import netserve
from netserve import cluster, process
from tests.conformance.scenario import (
    ask,
    fork_listening,
    me,
    name_server,
    once,
    play_cluster,
    trace,
)


async def primary() -> None:
    first, address = await fork_listening()
    second, _ = await fork_listening()

    async def served(count: int) -> list[str]:
        return [await ask(address.port) for _ in range(count)]

    first.send("close")
    await once(first, "message")
    trace("primary", "one left", await served(3))
    second.send("close")
    await once(second, "message")
    trace("primary", "none left", await served(1))
    own = netserve.create_server(lambda peer: peer.end("primary"))
    await once(own.listen(address.port, "127.0.0.1"), "listening")
    trace("primary", "own", await served(1))
    own.close()
    cluster.disconnect()


def worker() -> None:
    def on_closed(*_: object) -> None:
        trace(me(), "closed", server.listening)
        process.send("closed")

    server = name_server().listen(0, "127.0.0.1")
    process.once("message", lambda *_: server.close(on_closed))


play_cluster(primary=primary, worker=worker)
