"""A socket whose signal was aborted before is destroyed by an error soon, not at once."""

import netserve
from netserve import AbortSignal
from tests.conformance.scenario import once, play, trace


async def main() -> None:
    client = netserve.Socket(signal=AbortSignal.abort())
    client.on("error", lambda error: trace("client", "error", error))
    trace("client", "destroyed", client.destroyed)
    await once(client, "close")
    trace("client", "closed")


play(main)
