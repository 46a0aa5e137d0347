"""cork() holds back what is written from now on; what was under way before goes on."""

import asyncio

from tests.conformance.scenario import once, pair, play, trace


async def main() -> None:
    _, client, peer = await pair(server_options={"pause_on_connect": True})
    # More than the system's buffers take.
    total = 64 << 20
    client.resume()
    client.write(bytes(total))
    client.cork()
    client.write("more")
    trace("client", "waiting", client.writable_length > 4)
    received = 0
    first = asyncio.get_running_loop().create_future()

    def on_data(chunk: bytes) -> None:
        nonlocal received
        received += len(chunk)
        if received == total:
            first.set_result(None)

    peer.on("data", on_data)
    peer.resume()
    await first
    trace("server", "received", received == total)
    client.uncork()
    ended = once(peer, "end")
    client.end()
    await ended
    trace("server", "received", received - total)


play(main)
