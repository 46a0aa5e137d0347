"""The source of the last pipe is paused, whoever else listens; then its destination hears of it."""

from tests.conformance.scenario import once, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    other = await pair()
    watch(peer, "server", "pause", "resume", "data")
    other.client.on("unpipe", lambda _: trace("server", "unpipe", peer.is_paused()))
    other.client.on("error", lambda _: trace("server", "error", peer.is_paused()))
    peer.pipe(other.client)
    peer.unpipe(other.client)
    peer.unpipe()
    peer.pipe(other.client)
    closed = once(other.client, "close")
    other.client.destroy(Exception("on purpose"))
    other.peer.resume()
    await closed
    client.destroy()
    peer.destroy()


play(main)
