"""With end=False the destination stays open when the source has ended."""

from tests.conformance.scenario import collect, once, pair, play, trace, watch


async def main() -> None:
    left = await pair()
    right = await pair()
    left.client.resume()
    right.client.resume()
    watch(right.client, "destination", "pipe", "finish")
    right.client.on("unpipe", lambda source: trace("destination", "unpipe", source))
    left.peer.pipe(right.client, end=False)
    collect(right.peer, "far end")
    closed = once(left.peer, "close")
    left.client.end("from the pipe, ")
    await closed
    trace("destination", "open", right.client.writable)
    right.client.end("by hand")


play(main)
