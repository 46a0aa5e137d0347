"""After `end` nothing can be put back: that is an error of the socket."""

from tests.conformance.scenario import pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair(client_options={"allow_half_open": True})
    client.resume()
    watch(client, "client", "error", "close")
    client.on("end", lambda: trace("client", "end", client.unshift("late")))
    peer.end()


play(main)
