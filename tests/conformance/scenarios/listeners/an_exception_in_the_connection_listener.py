"""Differs on purpose: as with 'data', netserve reports it and destroys the new socket."""

import netserve
from tests.conformance.scenario import differs, play, port_of, serve, sleep, trace


async def main() -> None:
    differs(
        "server",
        node=[["goes on", True], ["closed"], ["close", False]],
        netserve=[["close", True], ["goes on", True], ["closed"]],
    )

    def on_connection(peer: netserve.Socket) -> None:
        peer.on("close", lambda had_error: trace("server", "close", had_error))
        peer.resume()
        raise Exception("a bug")

    server = await serve(on_connection)
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    client.on("error", lambda _: None)
    await sleep(0.1)
    trace("server", "goes on", server.listening)
    client.destroy()
    server.close(lambda *_: trace("server", "closed"))


play(main)
