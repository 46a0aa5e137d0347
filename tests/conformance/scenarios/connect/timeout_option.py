"""The timeout option of connect() is set_timeout() beforehand."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.resume())
    client = netserve.create_connection(port=port_of(server), host="127.0.0.1", timeout=0.1)
    trace("client", "timeout in seconds", client.timeout)
    watch(client, "client", "connect", "timeout", "close")

    def on_timeout() -> None:
        trace("client", "still open", not client.destroyed)
        client.destroy()

    client.on("timeout", on_timeout)
    await once(client, "close")
    server.close()


play(main)
