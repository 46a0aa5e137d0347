"""A source may be piped to two destinations: both get all of it."""

from tests.conformance.scenario import collect, pair, play


async def main() -> None:
    source = await pair()
    one = await pair()
    two = await pair()
    for socket in (source.client, one.client, two.client):
        socket.resume()
    source.peer.pipe(one.client)
    source.peer.pipe(two.client)
    collect(one.peer, "one")
    collect(two.peer, "two")
    source.client.end("x" * 200_000)


play(main)
