"""A pipe carries data from one connection to another, and the end after it."""

from tests.conformance.scenario import collect, pair, play, trace, watch


async def main() -> None:
    left = await pair()
    right = await pair()
    left.client.resume()
    right.peer.resume()
    watch(left.peer, "source", "end")
    watch(right.client, "destination", "pipe", "finish")
    right.client.on("unpipe", lambda source: trace("destination", "unpipe", source))
    left.peer.pipe(right.client)
    collect(right.peer, "far end")
    right.client.resume()
    left.client.end("x" * 500_000)


play(main)
