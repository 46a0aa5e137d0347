"""Only the first destroy() counts: one 'close', and a later error is not told."""

from tests.conformance.scenario import once, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(client, "client", "error", "close")
    peer.resume()
    closed = once(client, "close")
    client.destroy()
    client.destroy(Exception("too late"))
    await closed
    client.destroy(Exception("much too late"))
    trace("client", "errored", client.errored)


play(main)
