"""A stream of many megabytes through a pipe: counted on both sides, ended behind the last byte."""

from tests.conformance.scenario import collect, pair, play, trace, watch


async def main() -> None:
    left = await pair()
    right = await pair()
    left.client.resume()
    right.peer.resume()
    watch(left.peer, "source", "end")
    watch(right.client, "destination", "pipe")
    left.peer.on("end", lambda: trace("source", "read", left.peer.bytes_read))

    def finished() -> None:
        trace("destination", "written", right.client.bytes_written, right.client.writable_length)

    right.client.on("finish", finished)
    left.peer.pipe(right.client)
    collect(right.peer, "far end")
    right.client.resume()
    left.client.end("x" * 20_000_001)


play(main)
