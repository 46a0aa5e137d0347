"""A descriptor that isn't open is an 'error' event, not an exception."""

import netserve
from tests.conformance.scenario import play, trace, watch


def main() -> None:
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    server.listen(fd=9999)
    trace("server", "listen returned", server.listening)


play(main)
