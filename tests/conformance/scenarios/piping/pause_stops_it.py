"""pause() stops a pipe; resume() lets it go on."""

from tests.conformance.scenario import once, pair, play, sleep, trace


async def main() -> None:
    _, client, peer = await pair()
    peer.pipe(peer)
    received = ""

    def on_data(chunk: str) -> None:
        nonlocal received
        received += chunk

    client.set_encoding("utf-8").on("data", on_data)
    data = once(client, "data")
    client.write("one")
    await data
    peer.pause()
    client.write(" two")
    await sleep(0.05)
    trace("client", "received", received)
    trace("server", "waiting", peer.readable_length)
    data = once(client, "data")
    peer.resume()
    await data
    trace("client", "received", received)
    client.end()


play(main)
