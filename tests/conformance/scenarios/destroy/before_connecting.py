"""destroy() of a socket that never connected: 'close' still comes, once."""

import netserve
from tests.conformance.scenario import play, trace, watch


def main() -> None:
    client = netserve.Socket()
    watch(client, "client", "error", "end", "close")
    client.destroy()
    trace("client", "destroy returned", client.destroyed, client.ready_state)


play(main)
