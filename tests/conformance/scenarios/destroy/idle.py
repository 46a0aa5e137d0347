"""destroy() without an error: no 'end', no 'finish', 'close' says there was no error."""

from tests.conformance.scenario import pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(client, "client", "end", "finish", "error", "close")
    watch(peer, "server", "end", "close")
    peer.resume()
    trace("client", "destroy", client.destroy() is client, client.destroyed)
    trace("client", "state", client.ready_state, client.readable, client.writable)


play(main)
