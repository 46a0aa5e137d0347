"""end() sends what cork() held back."""

from tests.conformance.scenario import collect, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    collect(peer, "server")
    client.resume()
    watch(client, "client", "finish", "close")
    client.cork()
    client.write("held ", callback=lambda *_: trace("client", "callback"))
    client.end("back")


play(main)
