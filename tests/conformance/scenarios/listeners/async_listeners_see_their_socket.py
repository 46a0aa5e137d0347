"""A listener may be async; what it does after waiting works as in a plain one."""

import netserve
from tests.conformance.scenario import collect, once, play, port_of, serve, sleep, trace


async def main() -> None:
    async def on_connection(peer: netserve.Socket) -> None:
        (chunk,) = await once(peer, "data")
        await sleep(0.02)
        peer.end(f"got {chunk.decode()}")
        await once(peer, "close")
        trace("server", "closed")
        server.close()

    server = await serve(on_connection)
    client = netserve.create_connection(port_of(server), "127.0.0.1", lambda: client.write("this"))
    collect(client, "client")


play(main)
