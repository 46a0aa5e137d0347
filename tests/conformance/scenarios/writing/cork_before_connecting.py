"""A cork from before connect() holds back what is written after it."""

import netserve
from tests.conformance.scenario import collect, once, play, port_of, serve, trace


async def main() -> None:
    server = await serve(lambda peer: collect(peer, "server"))
    client = netserve.Socket()
    client.cork()
    client.connect(port_of(server), "127.0.0.1")
    client.write("one ")
    await once(client, "connect")
    client.write("two")
    trace("client", "waiting", client.writable_length)
    client.uncork()
    trace("client", "waiting", client.writable_length)
    client.resume().end()
    server.close()


play(main)
