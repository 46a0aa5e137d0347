"""destroy(error): 'error' with it, then 'close' saying so; `errored` keeps it."""

from tests.conformance.scenario import once, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(client, "client", "end", "finish", "error", "close")
    watch(peer, "server", "end", "close")
    peer.resume()
    trace("client", "before", client.errored, client.closed)
    closed = once(client, "close")
    client.destroy(Exception("enough"))
    trace("client", "destroy returned", client.errored, client.destroyed)
    await closed
    trace("client", "after", client.errored, client.closed)


play(main)
