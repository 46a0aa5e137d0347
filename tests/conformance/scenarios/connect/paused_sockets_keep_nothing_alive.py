"""A connection whose ends are both paused isn't active: the program ends."""

from scenario import pair, play, sleep, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(client, "client", "close")
    watch(peer, "server", "close")
    client.resume()
    peer.resume()
    await sleep(0.05)
    client.pause()
    peer.pause()
    client.write("unread")
    peer.write("unread")
    trace("client", "paused", client.is_paused())


play(main)
