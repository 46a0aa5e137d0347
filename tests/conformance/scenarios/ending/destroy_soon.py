"""destroy_soon() writes what waits, then destroys, whatever the other side still sends."""

from tests.conformance.scenario import pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair(server_options={"allow_half_open": True})
    peer.on("error", lambda _: None)
    total = 0

    def count(chunk: bytes) -> None:
        nonlocal total
        total += len(chunk)

    def on_end() -> None:
        trace("server", "total", total)
        peer.end()

    peer.on("data", count)
    peer.on("end", on_end)
    watch(client, "client", "finish", "end", "error", "close")
    client.write("x" * 1_000_000)
    client.destroy_soon()
    trace("client", "destroy_soon returned", client.destroyed, client.writable_ended)


play(main)
