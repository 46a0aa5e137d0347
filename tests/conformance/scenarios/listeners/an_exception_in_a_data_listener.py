"""Differs on purpose: an exception that leaves a listener ends Node's program; where it is caught,
as here, the socket lives on half-served. netserve reports it and destroys that socket only.
"""

import netserve
from tests.conformance.scenario import differs, play, port_of, serve, sleep, trace


async def main() -> None:
    differs(
        "server",
        node=[["goes on", True], ["closed"], ["close", False]],
        netserve=[["close", True], ["goes on", True], ["closed"]],
    )

    def on_data(_chunk: bytes) -> None:
        raise Exception("a bug")

    def on_connection(peer: netserve.Socket) -> None:
        peer.on("close", lambda had_error: trace("server", "close", had_error))
        peer.on("data", on_data)

    server = await serve(on_connection)
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    client.on("error", lambda _: None)
    client.write("x")
    await sleep(0.1)
    trace("server", "goes on", server.listening)
    client.destroy()
    server.close(lambda *_: trace("server", "closed"))


play(main)
