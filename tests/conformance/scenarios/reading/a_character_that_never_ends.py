"""With set_encoding an unfinished character at the end becomes U+FFFD before 'end'."""

from tests.conformance.scenario import pair, play, trace


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    peer.set_encoding("utf8")
    text = ""

    def on_data(chunk: str) -> None:
        nonlocal text
        text += chunk

    peer.on("data", on_data)
    peer.on("end", lambda: trace("server", "end", text))
    client.end(bytes([0x61, 0xE2, 0x82]))


play(main)
