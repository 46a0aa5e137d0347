"""When the destination closes, the source is unpiped and stays open."""

from tests.conformance.scenario import once, pair, play, trace, watch


async def main() -> None:
    left = await pair()
    right = await pair()
    left.client.resume()
    right.peer.resume()
    watch(right.client, "destination", "pipe", "close")
    right.client.on("unpipe", lambda source: trace("destination", "unpipe", source))
    left.peer.pipe(right.client)
    closed = once(right.client, "close")
    right.client.destroy()
    await closed
    trace("source", "open", left.peer.destroyed, left.peer.readable)
    left.peer.resume()
    left.client.end()


play(main)
