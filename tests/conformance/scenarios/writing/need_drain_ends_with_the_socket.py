"""Nobody waits for a drain of a socket that was ended or destroyed."""

from tests.conformance.scenario import once, pair, play, trace


async def main() -> None:
    for how in ("end", "destroy"):
        _, client, peer = await pair(client_options={"high_water_mark": 10})
        peer.resume()
        client.resume().cork()
        trace("client", "write", client.write("x" * 20), client.writable_need_drain)
        closed = once(client, "close")
        getattr(client, how)()
        trace("client", how, client.writable_need_drain)
        await closed
        trace("client", "closed", client.writable_need_drain)


play(main)
