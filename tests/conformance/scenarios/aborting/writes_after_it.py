"""What is written after a socket was called off is refused; what waited is thrown away."""

from netserve import AbortController
from tests.conformance.scenario import once, pair, play, trace


async def main() -> None:
    controller = AbortController()
    _, client, peer = await pair(client_options={"signal": controller.signal})
    peer.on("error", lambda _: None).pause()
    client.on("error", lambda error: trace("client", "error", error))
    client.on("close", lambda had_error: trace("client", "close", had_error))
    client.write(bytes(64 << 20))
    closed = once(client, "close")
    controller.abort()
    client.write("x", callback=lambda error: trace("late", "written", error))
    await closed
    peer.destroy()


play(main)
