"""A socket that adopted one takes no local address or port of connect(), and stays as it was."""

from typing import Any

import netserve
from netserve import BoundSocket
from tests.conformance.scenario import attempt, once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.end())
    where: dict[str, Any] = {"port": port_of(server), "host": "127.0.0.1"}
    client = netserve.Socket(handle=BoundSocket(host="127.0.0.1"))
    watch(client, "client", "connect", "error", "close")
    attempt("client", "local_address", lambda: client.connect(**where, local_address="127.0.0.1"))
    attempt("client", "local_port", lambda: client.connect(**where, local_port=0))
    trace("client", "destroyed", client.destroyed)
    client.resume()
    client.connect(**where, local_address=None)
    await once(client, "close")
    server.close()


play(main)
