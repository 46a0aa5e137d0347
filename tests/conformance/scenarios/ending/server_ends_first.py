"""Without allow_half_open on the client, the server's end closes the connection."""

from tests.conformance.scenario import collect, pair, play, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(client, "client", "end", "finish", "close")
    watch(peer, "server", "end", "finish", "close")
    collect(client, "client")
    collect(peer, "server")
    peer.end("bye")


play(main)
