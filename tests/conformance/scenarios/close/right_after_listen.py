"""close() before 'listening' was told: the event never comes."""

import netserve
from tests.conformance.scenario import play, trace, watch


def main() -> None:
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    server.listen(0, callback=lambda: trace("server", "listen callback"))
    server.close(lambda error=None: trace("server", "close callback", error))


play(main)
