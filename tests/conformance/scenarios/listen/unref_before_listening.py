"""unref() counts though the server has yet to listen; 'listening' still comes."""

import netserve
from tests.conformance.scenario import play, watch


def main() -> None:
    server = netserve.create_server()
    watch(server, "server", "listening", "close")
    server.unref()
    server.listen(0)


play(main)
