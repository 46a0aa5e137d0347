"""connect() is another name for createConnection()."""

import netserve
from tests.conformance.scenario import collect, play, port_of, serve, watch


async def main() -> None:
    server = await serve(lambda peer: peer.end("hello"))
    client = netserve.connect(
        port=port_of(server), host="127.0.0.1", listener=lambda: server.close()
    )
    collect(client, "client")
    watch(client, "client", "connect", "close")


play(main)
