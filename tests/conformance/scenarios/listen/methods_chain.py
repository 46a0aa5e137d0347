"""listen, ref, unref and close return the server."""

import netserve
from tests.conformance.scenario import play, trace


def main() -> None:
    server = netserve.create_server()
    trace("server", "listen", server.listen(0) is server)
    trace("server", "unref", server.unref() is server)
    trace("server", "ref", server.ref() is server)
    trace("server", "on", server.on("close", lambda: None) is server)
    trace("server", "close", server.close() is server)


play(main)
