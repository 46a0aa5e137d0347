"""When a connection has closed, the next client is let in."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace


async def main() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        trace("server", "connection")
        peer.resume()
        peer.on("close", lambda _: server.emit("room"))

    server = await serve(on_connection)
    server.max_connections = 1
    server.on("drop", lambda _: trace("server", "drop"))
    for _ in range(3):
        client = netserve.create_connection(port_of(server), "127.0.0.1")
        await once(client, "connect")
        room = once(server, "room")
        client.end()
        await room
    server.close(lambda *_: trace("server", "closed"))


play(main)
