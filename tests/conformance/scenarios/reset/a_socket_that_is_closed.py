"""There is nothing to reset on a socket without a connection: ERR_SOCKET_CLOSED."""

import netserve
from tests.conformance.scenario import play, trace, watch


def main() -> None:
    client = netserve.Socket()
    watch(client, "client", "error")
    client.on("close", lambda _: trace("client", "close"))
    client.reset_and_destroy()
    trace("client", "returned", client.destroyed)


play(main)
