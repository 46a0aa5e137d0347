"""What is written while connecting is sent once connected."""

import netserve
from tests.conformance.scenario import collect, once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: collect(peer, "server"))
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    watch(client, "client", "connect", "finish", "close")
    accepted = client.write("one ", callback=lambda *_: trace("client", "one is out"))
    trace("client", "write", accepted)
    trace("client", "counts", client.bytes_written, client.writable_length)
    client.write("two ", callback=lambda *_: trace("client", "two is out"))
    client.on("connect", lambda: client.end("three"))
    client.resume()
    await once(client, "close")
    server.close()


play(main)
