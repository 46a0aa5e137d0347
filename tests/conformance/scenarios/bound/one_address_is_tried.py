"""What was bound before serves one attempt: no other address, and none of another family."""

from collections.abc import Callable
from typing import Any

import netserve
from netserve import BoundSocket
from tests.conformance.scenario import alias, once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.end())
    port = alias(port_of(server), "<port>")

    def lookup(host: str, options: dict[str, Any], callback: Callable[..., None]) -> None:
        found = [("::1", 6), ("127.0.0.1", 4)]
        if options["all"]:
            callback(None, found)
        else:
            callback(None, *found[0])

    for who, host in (("client", "127.0.0.1"), ("client6", "::1")):
        client = netserve.Socket(handle=BoundSocket(host=host))
        watch(client, who, "connection_attempt", "connect", "close")
        client.on("error", lambda error, who=who: trace(who, "error", error.code))
        if host == "::1":
            client.connect(port=port, host="127.0.0.1")
        else:
            client.connect(port=port, host="two.test", lookup=lookup)
        await once(client, "close")
    server.close()


play(main)
