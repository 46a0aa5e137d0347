"""write() after destroy(): the callback learns ERR_STREAM_DESTROYED, no event is told."""

from tests.conformance.scenario import once, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    peer.resume()
    watch(client, "client", "error", "close")
    closed = once(client, "close")
    client.destroy()

    def write() -> bool:
        return client.write("x", callback=lambda error=None: trace("client", "callback", error))

    trace("client", "write", write())
    await closed
    trace("client", "write", write())
    trace("client", "end", client.end("x") is client)


play(main)
