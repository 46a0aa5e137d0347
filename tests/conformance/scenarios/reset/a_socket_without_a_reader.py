"""A reset is told even where nobody listens to data."""

from tests.conformance.scenario import pair, play, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(peer, "server", "end", "error", "close")
    client.reset_and_destroy()


play(main)
