"""Differs on purpose: in Node an error that nobody hears ends the program, whichever socket it
is on. netserve reports it and destroys that socket only: one client can't stop a server. (Here
Node's program goes on too, since the scenario catches what is uncaught; hence equal traces.)
"""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, sleep, trace


async def main() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        peer.on("close", lambda had_error: trace("server", "close", had_error))
        peer.resume()

    server = await serve(on_connection)
    accepted = once(server, "connection")
    rude = netserve.create_connection(port_of(server), "127.0.0.1")
    await accepted
    rude.reset_and_destroy()
    await sleep(0.1)
    accepted = once(server, "connection")
    polite = netserve.create_connection(port_of(server), "127.0.0.1")
    await accepted
    trace("server", "goes on", server.listening)
    polite.end()
    polite.resume()
    server.close(lambda *_: trace("server", "closed"))


play(main)
