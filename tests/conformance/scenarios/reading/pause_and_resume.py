"""pause() stops 'data' at once, resume() goes on; each is told by an event."""

from tests.conformance.scenario import once, pair, play, sleep, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    watch(peer, "server", "pause", "resume", "end", "close")
    text = bytearray()
    peer.on("data", lambda chunk: text.extend(chunk))
    client.write("one ")
    await once(peer, "data")
    trace("server", "pause", peer.pause() is peer, peer.is_paused())
    client.write("two ")
    await sleep(0.05)
    trace("server", "while paused", text.decode())
    trace("server", "resume", peer.resume() is peer, peer.is_paused())
    peer.on("end", lambda: trace("server", "at the end", text.decode()))
    client.end("three")


play(main)
