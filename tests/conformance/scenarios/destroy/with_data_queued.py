"""destroy() with data queued: the callbacks of what was not sent learn of it."""

from tests.conformance.scenario import once, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair(server_options={"pause_on_connect": True})
    watch(client, "client", "drain", "finish", "error", "close")
    # More than the system's buffers take.
    client.write(
        bytes(64 << 20), callback=lambda error=None: trace("callbacks", "first", bool(error))
    )
    client.write("more", callback=lambda error=None: trace("callbacks", "second", bool(error)))
    trace("client", "waiting", client.writable_length > 0, client.writable_need_drain)
    closed = once(client, "close")
    client.destroy()
    await closed
    peer.on("error", lambda _: None)
    peer.destroy()


play(main)
