"""write() is False at the high-water mark or above it; 'drain' tells that it went out."""

from tests.conformance.scenario import pair, play, trace


async def main() -> None:
    _, client, peer = await pair(client_options={"high_water_mark": 1000})
    peer.resume()
    client.resume()
    trace("client", "mark", client.writable_high_water_mark, client.readable_high_water_mark)
    client.cork()
    trace("client", "write", client.write("x" * 999), client.writable_need_drain)
    trace("client", "write", client.write("x"), client.writable_need_drain)
    trace("client", "waiting", client.writable_length)

    def on_drain() -> None:
        trace("client", "drain", client.writable_length, client.writable_need_drain)
        client.end()

    client.on("drain", on_drain)
    client.uncork()


play(main)
