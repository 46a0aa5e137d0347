"""unpipe() takes the pipe apart: 'unpipe' is told, nothing more flows through."""

from tests.conformance.scenario import collect, once, pair, play, sleep, trace, watch


async def main() -> None:
    left = await pair()
    right = await pair()
    left.client.resume()
    right.client.resume()
    watch(right.client, "destination", "pipe")
    right.client.on("unpipe", lambda source: trace("destination", "unpipe", source))
    collect(right.peer, "far end")
    left.peer.pipe(right.client)
    left.client.write("before")
    await once(right.peer, "data")
    trace("source", "chains", left.peer.unpipe(right.client) is left.peer)
    left.client.end("after")
    await sleep(0.05)
    trace("source", "waits", left.peer.readable_length, left.peer.readable_ended)
    right.client.end()
    left.peer.resume()


play(main)
