"""destroy() within 'end': 'close' follows, without 'finish'."""

from tests.conformance.scenario import pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(peer, "server", "finish", "error", "close")

    def on_end() -> None:
        trace("server", "end")
        peer.destroy()

    peer.on("end", on_end)
    peer.resume()
    client.end()
    client.resume()


play(main)
