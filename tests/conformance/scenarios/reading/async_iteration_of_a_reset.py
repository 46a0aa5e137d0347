"""Iterating raises the error of the socket."""

from tests.conformance.scenario import pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(peer, "server", "close")
    client.write("before the storm")
    try:
        async for chunk in peer:
            trace("loop", "chunk", chunk)
            client.reset_and_destroy()
        trace("loop", "done")
    except OSError as error:
        trace("loop", "failed", error)


play(main)
