"""write() on a socket that was never told where to connect waits, and fails when it closes."""

import netserve
from tests.conformance.scenario import play, sleep, trace, watch


async def main() -> None:
    client = netserve.Socket()
    watch(client, "client", "error", "finish")
    client.on("close", lambda _: trace("client", "close"))
    accepted = client.write(
        "x", callback=lambda error=None: trace("callback", "called", bool(error))
    )
    trace("client", "write", accepted)
    await sleep(0.02)
    trace("client", "waits", client.pending, client.destroyed)
    client.destroy()


play(main)
