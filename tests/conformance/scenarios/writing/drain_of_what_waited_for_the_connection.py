"""'drain' of what was written before there was a connection comes before 'ready'."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, watch


async def main() -> None:
    server = await serve(lambda peer: peer.resume())
    client = netserve.create_connection(port_of(server), "127.0.0.1", high_water_mark=10)
    watch(client, "client", "connect", "drain", "ready", "finish")
    client.resume().write("more than ten bytes")
    await once(client, "ready")
    client.end()
    server.close()


play(main)
