"""listen(None) chooses a port, as listen() does."""

import netserve
from tests.conformance.scenario import once, play, port_of, trace


async def main() -> None:
    for target in ((), (None,), (None,)):
        server = netserve.create_server()
        server.listen(*target)
        trace("server", "bound", port_of(server) > 0)
        closed = once(server, "close")
        server.close()
        await closed


play(main)
