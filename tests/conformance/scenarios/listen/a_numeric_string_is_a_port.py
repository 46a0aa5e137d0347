"""A string of digits is a port, not the name of a socket file."""

import netserve
from tests.conformance.scenario import address_of, play, trace


def main() -> None:
    server = netserve.create_server()

    def on_listening() -> None:
        address, family, port = address_of(server)
        trace("server", "listening", address, family, port > 0)
        server.close()

    server.listen("0", "127.0.0.1", callback=on_listening)


play(main)
