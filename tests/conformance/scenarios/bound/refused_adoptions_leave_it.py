"""Who may not adopt it leaves it as it was: a server that listens, a socket with a wrong option."""

from typing import Any

import netserve
from netserve import AddressInfo, BoundSocket
from tests.conformance.scenario import attempt, play, serve, trace


async def main() -> None:
    bound = BoundSocket(host="127.0.0.1")
    server = await serve()
    wrong: Any = 5
    attempt("bound", "listen", lambda: server.listen(bound))
    attempt("bound", "socket", lambda: netserve.Socket(handle=bound, signal=wrong))
    address = bound.address()
    assert isinstance(address, AddressInfo)
    trace("bound", "address", address.family)
    bound.close()
    server.close()


play(main)
