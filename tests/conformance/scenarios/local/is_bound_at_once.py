"""A local server is bound when listen() returns: there is no name to look up."""

import netserve
from tests.conformance.scenario import local_path, play, trace, watch


def main() -> None:
    server = netserve.create_server()
    watch(server, "server", "listening", "close")
    server.listen(local_path("s"), callback=lambda: server.close())
    trace("server", "listen returned", server.listening, server.address())


play(main)
