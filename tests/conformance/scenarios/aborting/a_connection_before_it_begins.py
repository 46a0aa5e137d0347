"""A connection whose signal was aborted before ends with an error.
Differs on purpose: Node connects it all the same, after its close; here nothing is opened.
"""

import netserve
from netserve import AbortSignal
from tests.conformance.scenario import differs, play, port_of, serve, sleep, trace


async def main() -> None:
    differs("client", node=[["close"], ["connect"]], netserve=[["close"]])
    server = await serve(lambda peer: peer.on("error", lambda _: None).resume())
    client = netserve.create_connection(
        port=port_of(server), host="127.0.0.1", signal=AbortSignal.abort()
    )
    client.on("error", lambda error: trace("client", "error", error))
    client.on("close", lambda _: trace("client", "close"))
    client.on("connect", lambda: trace("client", "connect"))
    await sleep(0.2)
    client.remove_all_listeners()
    client.destroy()
    server.close()


play(main)
