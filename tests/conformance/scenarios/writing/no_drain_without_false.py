"""'drain' isn't told when no write() was False."""

from tests.conformance.scenario import collect, pair, play, sleep, trace, watch


async def main() -> None:
    _, client, peer = await pair(client_options={"high_water_mark": 65536})
    collect(peer, "server")
    client.resume()
    watch(client, "client", "drain", "finish", "close")
    for _ in range(3):
        trace("client", "write", client.write("little"))
    await sleep(0.05)
    client.end()


play(main)
