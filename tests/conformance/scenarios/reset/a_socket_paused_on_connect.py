"""A socket that reads nothing learns of the reset only when it resumes."""

from tests.conformance.scenario import pair, play, sleep, trace, watch


async def main() -> None:
    _, client, peer = await pair(server_options={"pause_on_connect": True})
    watch(peer, "server", "end", "error", "close")
    client.reset_and_destroy()
    await sleep(0.1)
    trace("server", "still paused", peer.is_paused(), peer.destroyed)
    peer.resume()


play(main)
