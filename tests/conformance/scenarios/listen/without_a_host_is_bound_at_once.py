"""With no name to look up, the server is bound when listen() returns; the event comes later."""

import netserve
from tests.conformance.scenario import address_of, play, trace


def main() -> None:
    server = netserve.create_server()

    def on_listening() -> None:
        trace("server", "listening")
        server.close()

    server.listen(0, callback=on_listening)
    address, family, port = address_of(server)
    trace("server", "listen returned", server.listening, address, family, port > 0)


play(main)
