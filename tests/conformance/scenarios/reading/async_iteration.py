"""Iterating a socket yields its data, then ends with it."""

from tests.conformance.scenario import pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    watch(peer, "server", "end", "close")
    client.end("all of it")
    text = b""
    async for chunk in peer:
        text += chunk
    trace("loop", "done", text.decode())


play(main)
