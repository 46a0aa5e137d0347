"""Connecting to a path that doesn't exist: ENOENT, with the path as the address."""

import netserve
from tests.conformance.scenario import local_path, play, trace, watch


def main() -> None:
    client = netserve.create_connection(local_path("missing"))
    watch(client, "client", "connect", "error", "end", "close")
    trace("client", "connecting", client.connecting)


play(main)
