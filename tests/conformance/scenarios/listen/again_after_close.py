"""A closed server can listen again, and serves."""

import netserve
from tests.conformance.scenario import collect, once, play, port_of, watch


async def main() -> None:
    server = netserve.create_server(lambda socket: socket.end("hello"))
    watch(server, "server", "listening", "close")
    for _ in range(3):
        server.listen(0, "127.0.0.1")
        await once(server, "listening")
        client = netserve.create_connection(port_of(server), "127.0.0.1")
        collect(client, "client")
        await once(client, "close")
        closed = once(server, "close")
        server.close()
        await closed


play(main)
