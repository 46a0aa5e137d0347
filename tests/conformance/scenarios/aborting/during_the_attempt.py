"""A socket that is called off while it connects never does."""

import netserve
from netserve import AbortController
from tests.conformance.scenario import once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve()
    controller = AbortController()
    client = netserve.create_connection(
        port=port_of(server), host="127.0.0.1", signal=controller.signal
    )
    watch(client, "client", "connect", "error", "close")
    controller.abort()
    trace("client", "aborted", client.destroyed, client.connecting, client.errored)
    await once(client, "close")
    server.close()


play(main)
