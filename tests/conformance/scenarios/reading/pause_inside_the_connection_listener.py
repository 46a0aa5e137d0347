"""A socket that is paused in the connection listener reads ahead, and hears of a reset."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, sleep, trace, watch


async def main() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        watch(peer.pause(), "server", "end", "error", "close")
        peer.on("close", lambda _: trace("server", "read", peer.bytes_read))

    server = await serve(on_connection)
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    client.write("ahead")
    await once(client, "connect")
    await sleep(0.05)
    client.reset_and_destroy()
    server.close()


play(main)
