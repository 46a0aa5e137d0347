"""A socket file in a folder that doesn't exist is an 'error' event."""

import netserve
from tests.conformance.scenario import local_path, play, trace, watch


def main() -> None:
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    server.listen(local_path("missing/s"))
    trace("server", "listen returned", server.listening)


play(main)
