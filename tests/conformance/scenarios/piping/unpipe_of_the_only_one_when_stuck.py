"""The source of a stuck destination stays paused after it, unless somebody listens to its data."""

from tests.conformance.scenario import once, pair, play, trace


class Full:
    def write(self, chunk: bytes) -> bool:
        return False

    def end(self) -> None: ...


async def unpiped(listen: bool) -> None:
    _, client, peer = await pair()
    if listen:
        peer.on("data", lambda _: None)
    full = Full()
    peer.pipe(full)
    paused = once(peer, "pause")
    client.write("one")
    await paused
    peer.unpipe(full)
    trace("source", "paused", listen, peer.is_paused())
    client.destroy()
    peer.destroy()


async def main() -> None:
    await unpiped(False)
    await unpiped(True)


play(main)
