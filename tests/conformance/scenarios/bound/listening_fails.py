"""A server that can't listen on it says so by an event; the bound socket is gone all the same."""

import netserve
from netserve import AddressInfo, BoundSocket
from tests.conformance.scenario import attempt, once, play, trace, watch


async def main() -> None:
    bound = BoundSocket(host="127.0.0.1")
    address = bound.address()
    assert isinstance(address, AddressInfo)
    twin = BoundSocket(host="127.0.0.1", port=address.port)
    first = netserve.create_server().listen(bound)
    await once(first, "listening")
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    server.listen(twin)
    attempt("bound", "address", lambda: twin.address())
    await once(server, "error")
    trace("server", "listening", server.listening, server.address())
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    server.close()
    first.close()


play(main)
