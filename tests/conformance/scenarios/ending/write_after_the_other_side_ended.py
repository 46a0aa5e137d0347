"""Where the other side's end has ended this one too, a later write is EPIPE and destroys."""

from tests.conformance.scenario import once, pair, play, sleep, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    peer.resume()
    watch(peer, "server", "end", "finish", "close")
    peer.on("error", lambda error: trace("server", "error", error.code))
    # More than the system's buffers take, so that the end has to wait behind it.
    peer.write(bytes(64 << 20))
    client.end()
    await once(peer, "end")
    await sleep(0.05)
    trace("server", "state", peer.writable_ended, peer.destroyed)
    closed = once(peer, "close")
    accepted = peer.write("x", callback=lambda error: trace("callback", "called", error.code))
    trace("server", "write", accepted)
    await closed
    client.destroy()


play(main)
