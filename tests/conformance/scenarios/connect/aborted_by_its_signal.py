"""Aborting a socket's signal destroys it with an AbortError."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.resume().on("error", lambda _: None))
    controller = netserve.AbortController()
    client = netserve.Socket(signal=controller.signal)
    watch(client, "client", "connect", "error", "end", "close")
    client.connect(port_of(server), "127.0.0.1", lambda: controller.abort())
    await once(client, "close")
    trace("client", "errored", client.errored)
    server.close()


play(main)
