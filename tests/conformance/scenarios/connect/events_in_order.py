"""'lookup' is skipped for an address; 'connect' and the callback come before 'ready'."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.resume())
    client = netserve.Socket()
    watch(client, "client", "lookup", "connect", "ready", "end", "finish", "close")

    def on_connect() -> None:
        trace("client", "callback", client.connecting, client.pending)
        client.end()

    client.connect(port_of(server), "127.0.0.1", on_connect)
    client.resume()
    trace("client", "connect returned", client.connecting, client.pending)
    await once(client, "close")
    server.close()


play(main)
