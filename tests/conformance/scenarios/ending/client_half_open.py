"""With allow_half_open a client goes on writing after the server's end."""

from tests.conformance.scenario import collect, later, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair(client_options={"allow_half_open": True})
    watch(client, "client", "end", "finish", "close")
    watch(peer, "server", "end", "finish", "close")
    collect(client, "client")
    collect(peer, "server")

    def go_on() -> None:
        trace("client", "state at end", client.ready_state, client.writable)
        client.write("still ")
        later(0.05, lambda: client.end("here"))

    client.on("end", go_on)
    peer.end("I am done")


play(main)
