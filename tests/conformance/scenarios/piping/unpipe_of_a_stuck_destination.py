"""A destination that holds the source up and is unpiped leaves the other one to go on."""

from tests.conformance.scenario import collect, once, pair, play, watch


class Full:
    def write(self, chunk: bytes) -> bool:
        return False

    def end(self) -> None: ...


async def main() -> None:
    left = await pair()
    right = await pair()
    left.client.resume()
    right.client.resume()
    watch(left.peer, "source", "pause", "resume")
    full = Full()
    left.peer.pipe(full)
    left.peer.pipe(right.client)
    collect(right.peer, "far end")
    paused = once(left.peer, "pause")
    left.client.write("one")
    await paused
    left.peer.unpipe(full)
    left.client.end(" two")


play(main)
