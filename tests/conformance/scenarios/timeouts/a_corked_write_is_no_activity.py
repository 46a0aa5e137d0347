"""What is written into a cork moves no byte: the socket stays idle."""

from tests.conformance.scenario import pair, play, sleep, watch


async def main() -> None:
    _, client, peer = await pair()
    peer.resume()
    client.resume()
    watch(client, "client", "timeout")
    client.cork()
    client.set_timeout(0.02)
    await sleep(0.1)
    client.write("held back")
    await sleep(0.1)
    client.end()


play(main)
