"""close() before listening: the callback is told, and nothing is thrown."""

import netserve
from tests.conformance.scenario import play, trace, watch


def main() -> None:
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    server.close(lambda error=None: trace("server", "callback", error))
    trace("server", "close returned")


play(main)
