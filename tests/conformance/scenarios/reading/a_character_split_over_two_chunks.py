"""With set_encoding a character split over two chunks arrives whole."""

from tests.conformance.scenario import pair, play, sleep, trace


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    trace("server", "chains", peer.set_encoding("utf8") is peer)
    peer.on("data", lambda chunk: trace("server", "data", isinstance(chunk, str), chunk))
    client.write(bytes([0xE2]))
    await sleep(0.05)
    client.write(bytes([0x82]))
    await sleep(0.05)
    client.write(bytes([0xAC]))
    await sleep(0.05)
    client.end()


play(main)
