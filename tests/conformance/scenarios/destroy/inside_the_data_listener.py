"""destroy() within 'data': nothing more is told but 'close', whatever has arrived."""

from tests.conformance.scenario import pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    client.on("error", lambda _: None)
    watch(peer, "server", "end", "error", "close")

    def on_data(_chunk: bytes) -> None:
        trace("server", "data")
        peer.destroy()
        peer.on("data", lambda _: trace("server", "more data"))

    peer.once("data", on_data)
    client.end("x" * 1_000_000)
    client.resume()


play(main)
