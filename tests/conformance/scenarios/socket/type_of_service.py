"""The type of service is kept until there is a connection, and then asked of the system."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace


async def main() -> None:
    server = await serve(lambda peer: peer.end())
    socket = netserve.Socket()
    trace("socket", "new", socket.get_type_of_service())
    trace(
        "socket", "chains", socket.set_type_of_service(0x10) is socket, socket.get_type_of_service()
    )
    given = netserve.Socket(type_of_service=8)
    trace("socket", "an option", given.get_type_of_service())
    await once(socket.connect(port_of(server), "127.0.0.1"), "connect")
    trace("socket", "connected", socket.get_type_of_service())
    trace("socket", "changed", socket.set_type_of_service(0x20).get_type_of_service())
    socket.resume()
    server.close()


play(main)
