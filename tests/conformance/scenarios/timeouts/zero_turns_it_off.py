"""set_timeout(0) turns it off and takes its callback away."""

from tests.conformance.scenario import pair, play, sleep, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    peer.resume()

    def callback() -> None:
        trace("client", "callback")

    watch(client, "client", "timeout", "close")
    client.set_timeout(0.05, callback)
    client.set_timeout(0, callback)
    trace("client", "off", client.timeout, client.listener_count("timeout"))
    await sleep(0.2)
    client.end()


play(main)
