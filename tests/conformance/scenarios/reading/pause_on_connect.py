"""With pause_on_connect nothing is read until resume()."""

from tests.conformance.scenario import collect, pair, play, sleep, trace, watch


async def main() -> None:
    _, client, peer = await pair(server_options={"pause_on_connect": True})
    client.resume()
    client.end("waiting at the door")
    await sleep(0.05)
    trace("server", "before", peer.is_paused(), peer.bytes_read, peer.readable_length)
    collect(peer, "server")
    watch(peer, "server", "end", "close")
    await sleep(0.05)
    trace("server", "with a listener", peer.is_paused(), peer.bytes_read)
    peer.resume()


play(main)
