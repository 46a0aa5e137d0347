"""A path is tried without an attempt being told of; that it failed is."""

import netserve
from tests.conformance.scenario import local_path, once, play, trace, tried, watch, watch_attempts


async def main() -> None:
    client = netserve.create_connection(local_path("nobody.sock"))
    watch_attempts(client, "client")
    watch(client, "client", "error")
    await once(client, "close")
    trace("client", "tried", tried(client))


play(main)
