"""An on_read callback that returns False pauses the socket until resume()."""

import netserve
from tests.conformance.scenario import later, pair, play, sleep, trace


async def main() -> None:
    total = 0
    paused = 0

    def on_read(nread: int, _buffer: bytearray) -> bool:
        nonlocal paused, total
        total += nread
        paused += 1
        later(0.001, lambda: client.resume())
        return False

    options = {"on_read": netserve.OnRead(bytearray(64 * 1024), on_read)}
    _, client, peer = await pair(client_options=options)
    client.on("end", lambda: trace("client", "end", total, paused > 1))
    peer.resume()
    peer.write("one ")
    await sleep(0.05)
    peer.end("two")


play(main)
