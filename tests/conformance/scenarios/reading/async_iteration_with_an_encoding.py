"""Iterating yields text once set_encoding was called."""

from tests.conformance.scenario import pair, play, trace


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    peer.set_encoding("utf8")
    client.end("grüezi")
    text = ""
    async for chunk in peer:
        text += chunk
    trace("loop", "done", isinstance(text, str), text)


play(main)
