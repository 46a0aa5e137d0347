"""Without activity 'timeout' is told once; activity starts the clock anew."""

from tests.conformance.scenario import pair, play, sleep, trace


async def main() -> None:
    _, client, peer = await pair()
    peer.resume()
    client.resume()
    count = 0

    def on_timeout() -> None:
        nonlocal count
        count += 1

    client.set_timeout(0.05)
    client.on("timeout", on_timeout)
    await sleep(0.3)
    trace("client", "idle for long", count)
    client.write("x")
    await sleep(0.3)
    trace("client", "idle again", count)
    client.destroy()


play(main)
