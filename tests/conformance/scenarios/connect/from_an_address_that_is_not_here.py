"""A local_address that no interface has is an 'error' event."""

import netserve
from tests.conformance.scenario import deaf_port, play, watch


async def main() -> None:
    port = await deaf_port()
    client = netserve.create_connection(port=port, host="127.0.0.1", local_address="192.0.2.1")
    watch(client, "client", "connect", "error", "close")


play(main)
