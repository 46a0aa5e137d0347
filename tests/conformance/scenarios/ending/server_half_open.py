"""With allow_half_open a server answers after the client's end, and must end on its own."""

from tests.conformance.scenario import collect, later, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair(server_options={"allow_half_open": True})
    trace("server", "allow_half_open", peer.allow_half_open, client.allow_half_open)
    watch(client, "client", "end", "finish", "close")
    watch(peer, "server", "end", "finish", "close")
    collect(client, "client")
    collect(peer, "server")

    def answer() -> None:
        trace("server", "state at end", peer.ready_state, peer.writable)
        peer.write("part one, ")
        later(0.05, lambda: peer.end("part two"))

    peer.on("end", answer)
    client.end("question")


play(main)
