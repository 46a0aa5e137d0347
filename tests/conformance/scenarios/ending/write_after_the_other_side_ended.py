"""When the other side's end has ended this one too, a late write is EPIPE."""

from scenario import later, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    peer.resume()
    watch(peer, "server", "error", "close")
    peer.on(
        "end",
        lambda: later(
            0,
            lambda: peer.write(
                "too late", callback=lambda error=None: trace("server", "callback", error)
            ),
        ),
    )
    client.end()


play(main)
