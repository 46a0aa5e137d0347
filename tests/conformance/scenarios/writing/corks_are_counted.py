"""Each cork() wants an uncork() of its own; end() takes them all off."""

from tests.conformance.scenario import collect, pair, play, trace


async def main() -> None:
    _, client, peer = await pair()
    collect(peer, "server")
    client.resume()
    trace("client", "new", client.writable_corked)
    client.cork()
    client.cork()
    trace("client", "two", client.writable_corked)
    client.uncork()
    trace("client", "one", client.writable_corked)
    client.write("held back")
    client.uncork()
    client.uncork()
    trace("client", "none", client.writable_corked)
    client.cork()
    client.end()
    trace("client", "ended", client.writable_corked)


play(main)
