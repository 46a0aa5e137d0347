"""A reader that doesn't read holds the writer back; once it reads, all arrives."""

from tests.conformance.scenario import collect, pair, play, sleep, trace


async def main() -> None:
    _, client, peer = await pair(
        server_options={"pause_on_connect": True}, client_options={"high_water_mark": 65536}
    )
    client.resume()
    # More than the system's buffers take.
    total = 64 << 20
    trace("client", "write", client.write(bytes(total)))

    def on_drain() -> None:
        trace("client", "drain", client.writable_length, client.bytes_written == total)
        client.end()

    client.on("drain", on_drain)
    await sleep(0.05)
    trace("client", "held back", client.writable_need_drain, client.writable_length > 0)
    collect(peer, "server")
    peer.resume()


play(main)
