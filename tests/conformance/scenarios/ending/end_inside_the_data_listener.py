"""Who answers and ends inside 'data' has finished before the other side's end is told."""

from tests.conformance.scenario import pair, play, watch


async def main() -> None:
    _, client, peer = await pair(server_options={"allow_half_open": True})
    watch(peer, "server", "data", "finish", "end", "close")
    peer.on("data", lambda _: peer.end("answer"))
    client.resume()
    client.end("question")


play(main)
