"""A socket that its own listener pauses reads on, up to the mark, and hears of an end."""

from tests.conformance.scenario import pair, play, sleep, trace, watch


async def main() -> None:
    _, client, peer = await pair(server_options={"high_water_mark": 16})
    client.write("more bytes than the mark allows")
    await sleep(0.05)
    client.write("more")
    await sleep(0.05)
    trace("server", "waiting", peer.readable_length)
    watch(peer, "server", "pause", "end", "close")
    peer.once("data", lambda _: peer.pause())
    peer.resume()
    await sleep(0.05)
    trace("server", "waiting", peer.readable_length)
    peer.once("data", lambda _: peer.pause())
    peer.resume()
    await sleep(0.05)
    client.end()
    client.resume()


play(main)
