"""Data that was read before the reset stays; the reset follows as an error."""

from tests.conformance.scenario import pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(client, "client", "end", "error", "close")
    peer.resume()

    def on_data(chunk: bytes) -> None:
        trace("client", "data", chunk)
        peer.reset_and_destroy()

    client.once("data", on_data)
    peer.write("before the storm")


play(main)
