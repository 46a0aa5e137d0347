"""listen() adopts it: the server has its address at once, and it is of no further use."""

import netserve
from netserve import AddressInfo, BoundSocket
from tests.conformance.scenario import alias, ask, attempt, once, play, trace, watch


async def main() -> None:
    for how in ("target", "handle"):
        bound = BoundSocket(host="127.0.0.1")
        address = bound.address()
        assert isinstance(address, AddressInfo)
        port = alias(address.port, "<port>")
        server = netserve.create_server(lambda peer: peer.end("served"))
        watch(server, "server", "listening", "error", "close")
        if how == "target":
            server.listen(bound, lambda: trace("server", "callback"))
        else:
            server.listen(handle=bound, port=1, host="192.0.2.1")
        trace("server", how, server.listening, server.address())
        attempt("bound", "address", bound.address)
        attempt("bound", "fd", bound.fd)
        attempt("bound", "close", bound.close)
        attempt("bound", "listen", lambda bound=bound: netserve.create_server().listen(bound))
        attempt("bound", "socket", lambda bound=bound: netserve.Socket(handle=bound))
        with bound:
            pass
        await once(server, "listening")
        trace("client", "hears", await ask(port))
        server.close()
        await once(server, "close")


play(main)
