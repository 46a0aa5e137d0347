"""Reading and writing put 'timeout' off."""

from tests.conformance.scenario import pair, play, sleep, trace


async def main() -> None:
    _, client, peer = await pair()

    def on_timeout() -> None:
        trace("client", "timeout")
        client.destroy()

    client.set_timeout(1.0, on_timeout)
    client.resume()
    peer.resume()
    for _ in range(4):
        await sleep(0.2)
        client.write("x")
    for _ in range(4):
        await sleep(0.2)
        peer.write("x")
    trace("client", "busy for longer than that")


play(main)
