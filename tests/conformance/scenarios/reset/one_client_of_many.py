"""A reset by one client leaves the other connections and the server alone."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace


async def main() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        peer.on("error", lambda error: trace("server", "error", error.code))
        peer.on("close", lambda had_error: trace("server", "close", had_error))
        peer.on("data", lambda chunk: peer.write(chunk))

    server = await serve(on_connection)
    rude = netserve.create_connection(port_of(server), "127.0.0.1")
    await once(rude, "connect")
    polite = netserve.create_connection(port_of(server), "127.0.0.1")
    await once(polite, "connect")
    closed = once(rude, "close")
    rude.reset_and_destroy()
    await closed
    polite.write("still there?")
    (chunk,) = await once(polite, "data")
    trace("polite", "data", chunk, server.listening)
    polite.end()
    server.close(lambda *_: trace("listener", "closed"))


play(main)
