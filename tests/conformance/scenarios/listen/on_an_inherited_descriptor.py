"""A server can listen on a descriptor that the program was started with."""

import os

import netserve
from tests.conformance.scenario import address_of, collect, once, play, port_of, trace, watch


async def main() -> None:
    fd = int(os.environ["SCENARIO_FD"])

    def on_connection(socket: netserve.Socket) -> None:
        trace("server", "connection")
        socket.end("hello")

    server = netserve.create_server(on_connection)
    watch(server, "server", "listening", "error", "close")
    server.listen(fd=fd)
    await once(server, "listening")
    trace("server", "address", *address_of(server)[:2])
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    collect(client, "client")
    await once(client, "close")
    server.close()


play(main)
