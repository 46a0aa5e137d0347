"""'timeout' tells of idleness and does nothing else; the callback runs once."""

from tests.conformance.scenario import once, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    peer.resume()
    client.resume()
    watch(client, "client", "timeout", "close")
    trace("client", "seconds", client.timeout or 0)
    result = client.set_timeout(0.05, lambda: trace("client", "callback"))
    trace("client", "set", result is client, client.timeout)
    await once(client, "timeout")
    trace("client", "still open", client.destroyed, client.ready_state)
    client.end("goodbye")


play(main)
