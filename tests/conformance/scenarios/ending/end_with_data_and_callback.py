"""end(data, callback): the data goes out, then the callback, then 'finish' listeners."""

from tests.conformance.scenario import collect, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    collect(peer, "server")
    watch(client, "client", "finish", "close")
    client.resume()
    client.write("one ", callback=lambda *_: trace("client", "write callback"))
    result = client.end("two", callback=lambda error=None: trace("client", "end callback", error))
    trace(
        "client", "end returned", result is client, client.writable_ended, client.writable_finished
    )
    client.on("finish", lambda: trace("client", "finished", client.writable_finished))


play(main)
