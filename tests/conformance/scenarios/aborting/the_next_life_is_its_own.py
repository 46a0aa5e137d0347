"""A signal ends one life of a socket: the connection after a close hears of it no more."""

import netserve
from netserve import AbortController
from tests.conformance.scenario import once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.on("error", lambda _: None).resume())
    controller = AbortController()
    client = netserve.Socket(signal=controller.signal)
    watch(client, "client", "connect", "error", "close")
    for time in ("first", "second"):
        client.connect(port_of(server), "127.0.0.1")
        await once(client, "connect")
        if time == "second":
            controller.abort()
        trace("client", time, client.destroyed)
        closed = once(client, "close")
        client.destroy()
        await closed
    server.close()


play(main)
