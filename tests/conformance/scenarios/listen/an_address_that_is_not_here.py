"""An address that no interface has is an 'error' event."""

import netserve
from tests.conformance.scenario import play, watch


def main() -> None:
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    # 192.0.2.0/24 is set aside for documentation: no machine has it.
    server.listen(8000, "192.0.2.1")


play(main)
