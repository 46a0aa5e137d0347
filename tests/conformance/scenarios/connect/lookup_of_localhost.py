"""A host name is looked up first: 'lookup' tells the address, its family and the name."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.resume())
    client = netserve.create_connection(port=port_of(server), host="localhost", family=4)
    watch(client, "client", "lookup", "connect", "ready", "close")

    def on_connect() -> None:
        trace("client", "remote", client.remote_address, client.remote_family)
        client.destroy()

    client.on("connect", on_connect)
    await once(client, "close")
    server.close()


play(main)
