"""set_encoding applies to what has arrived and not been taken."""

from tests.conformance.scenario import pair, play, sleep, trace


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    client.write("héllo")
    await sleep(0.05)
    peer.set_encoding("latin1")
    peer.on("data", lambda chunk: trace("server", "data", chunk))
    await sleep(0.02)
    client.end()


play(main)
