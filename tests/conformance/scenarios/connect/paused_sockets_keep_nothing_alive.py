"""A connection whose ends are both paused, their buffers full, isn't active: the program ends."""

from tests.conformance.scenario import pair, play, trace, watch


async def main() -> None:
    options = {"high_water_mark": 1024}
    _, client, peer = await pair(server_options=options, client_options=options)
    watch(client, "client", "close")
    watch(peer, "server", "close")
    client.pause()
    peer.pause()
    client.write("x" * 4096)
    peer.write("x" * 4096)
    trace("client", "paused", client.is_paused())


play(main)
