"""write() after end(): False, the callback and 'error' tell ERR_STREAM_WRITE_AFTER_END."""

from tests.conformance.scenario import once, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair(server_options={"allow_half_open": True})
    peer.on("error", lambda _: None)
    peer.resume().on("close", lambda _: trace("server", "closed"))
    watch(client, "client", "error", "finish", "close")
    client.resume()
    closed = once(client, "close")
    client.end("last")
    accepted = client.write("more", callback=lambda error=None: trace("client", "callback", error))
    trace("client", "write", accepted)
    await closed
    trace("client", "errored", client.errored)
    peer.destroy()


play(main)
