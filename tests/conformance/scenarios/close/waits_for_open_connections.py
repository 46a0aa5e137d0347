"""'close' comes after the last connection has gone; both keep working until then."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, sleep, trace, watch


async def main() -> None:
    server = await serve()
    watch(server, "server", "close")
    accepted = once(server, "connection")
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    (peer,) = await accepted
    watch(peer, "server", "end", "close")
    peer.on("data", lambda chunk: trace("server", "data", chunk))
    server.close(lambda *_: trace("server", "callback"))
    trace("server", "close returned", server.listening)
    await sleep(0.05)
    client.end("last words")
    client.resume()


play(main)
