"""cork() holds writes back until uncork() was called as often as cork()."""

from tests.conformance.scenario import collect, pair, play, sleep, trace


async def main() -> None:
    _, client, peer = await pair()
    collect(peer, "server")
    client.resume()
    client.cork()
    client.cork()
    client.write("one ", callback=lambda *_: trace("client", "first callback"))
    client.write("two ", callback=lambda *_: trace("client", "second callback"))
    client.uncork()
    await sleep(0.05)
    trace("client", "corked", client.writable_length, peer.bytes_read)
    client.uncork()
    await sleep(0.05)
    trace("client", "uncorked", client.writable_length, peer.bytes_read)
    client.end("three")


play(main)
