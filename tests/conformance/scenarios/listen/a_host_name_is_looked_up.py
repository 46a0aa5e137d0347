"""listen() takes a host name; address() tells what it turned out to be."""

import netserve
from tests.conformance.scenario import address_of, play, trace


def main() -> None:
    server = netserve.create_server()

    def on_listening() -> None:
        address, family, _ = address_of(server)
        trace(
            "server", "listening", address in ("127.0.0.1", "::1"), netserve.is_ip(address), family
        )
        server.close()

    server.listen(0, "localhost", callback=on_listening)
    trace("server", "listen returned", server.listening)


play(main)
