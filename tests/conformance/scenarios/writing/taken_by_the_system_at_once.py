"""A write larger than the mark is True where the system takes it whole: nothing waits."""

from tests.conformance.scenario import collect, pair, play, sleep, trace, watch


async def main() -> None:
    _, client, peer = await pair(client_options={"high_water_mark": 1000})
    collect(peer, "server")
    client.resume()
    watch(client, "client", "drain", "finish", "close")
    trace("client", "write", client.write("x" * 2000), client.writable_need_drain)
    trace("client", "waiting", client.writable_length)
    await sleep(0.05)
    client.end()


play(main)
