"""A socket piped into itself is an echo; its end ends it."""

from tests.conformance.scenario import collect, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair(server_options={"allow_half_open": True})
    watch(peer, "server", "pipe", "end", "finish", "close")
    peer.on("unpipe", lambda source: trace("server", "unpipe", source))
    trace("server", "returns the destination", peer.pipe(peer) is peer)
    collect(client, "client")
    client.end("x" * 300_000)


play(main)
