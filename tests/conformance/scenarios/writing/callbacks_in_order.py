"""The callbacks of write() run in the order of writing, before 'finish'."""

from tests.conformance.scenario import collect, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    collect(peer, "server")
    client.resume()
    watch(client, "client", "finish", "close")
    for word in ("one ", "two ", "three "):
        client.write(
            word, callback=lambda error=None, word=word: trace("client", "callback", word, error)
        )
    client.end("four", callback=lambda *_: trace("client", "end callback"))
    trace("client", "written")


play(main)
