"""Without allow_half_open, the end of the other side ends this one too."""

from tests.conformance.scenario import collect, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(client, "client", "end", "finish", "close")
    watch(peer, "server", "end", "finish", "close")
    collect(client, "client")
    collect(peer, "server")
    peer.on("end", lambda: trace("server", "state at end", peer.writable, peer.readable_ended))
    client.end("bye")


play(main)
