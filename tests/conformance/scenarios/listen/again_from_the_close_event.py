"""listen() may be called from within the 'close' event."""

import netserve
from tests.conformance.scenario import play, watch


def main() -> None:
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")

    def again() -> None:
        server.listen(0, "127.0.0.1", callback=lambda: server.close())

    server.once("close", again)
    server.listen(0, "127.0.0.1", callback=lambda: server.close())


play(main)
