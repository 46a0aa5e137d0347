"""The callback of listen() is one more 'listening' listener: it runs in the order of adding."""

import netserve
from tests.conformance.scenario import play, trace


def main() -> None:
    server = netserve.create_server()
    server.on("listening", lambda: trace("server", "first", server.listening))
    server.listen(0, "127.0.0.1", callback=lambda: trace("server", "callback"))

    def last() -> None:
        trace("server", "last")
        server.close()

    server.on("listening", last)
    trace("server", "listen returned")


play(main)
