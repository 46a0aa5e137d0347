"""A destroyed socket has no idle time to set."""

from tests.conformance.scenario import once, pair, play, trace


async def main() -> None:
    _, client, peer = await pair()
    peer.resume()
    client.set_timeout(30.0)
    closed = once(client, "close")
    client.destroy()
    client.set_timeout(0)
    trace("client", "timeout", client.timeout == 30.0)
    await closed
    client.set_timeout(0.01, lambda: trace("client", "timeout"))
    trace("client", "timeout", client.timeout == 30.0, client.listener_count("timeout"))


play(main)
