"""A socket that adopted it connects from its address; the connection after that from any."""

import netserve
from netserve import AddressInfo, BoundSocket
from tests.conformance.scenario import (
    alias,
    attempt,
    collect,
    once,
    play,
    port_of,
    serve,
    trace,
    watch,
)


async def main() -> None:
    own = 0

    def on_connection(peer: netserve.Socket) -> None:
        trace("server", "sees", peer.remote_port == own)
        peer.end("served")

    server = await serve(on_connection)
    port = alias(port_of(server), "<server>")
    bound = BoundSocket(host="127.0.0.1")
    address = bound.address()
    assert isinstance(address, AddressInfo)
    own = alias(address.port, "<own>")
    client = netserve.Socket(handle=bound)
    watch(client, "client", "connect", "error", "close")
    collect(client, "client")
    attempt("bound", "address", lambda: bound.address())
    attempt("bound", "again", lambda: netserve.Socket(handle=bound))
    trace(
        "client",
        "before",
        client.local_address,
        client.local_port,
        client.local_family,
        client.pending,
        client.connecting,
        client.address(),
    )
    for time in ("first", "second"):
        closed = once(client, "close")
        client.connect(
            port,
            "127.0.0.1",
            lambda time=time: trace("client", time, client.local_port == own),
        )
        await closed
    server.close()


play(main)
