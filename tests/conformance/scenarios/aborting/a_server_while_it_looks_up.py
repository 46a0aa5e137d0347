"""A server that is called off while its host is looked up closes, and never listens."""

import netserve
from netserve import AbortController
from tests.conformance.scenario import once, play, sleep, trace, watch


async def main() -> None:
    controller = AbortController()
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    server.listen(port=0, host="localhost", signal=controller.signal)
    closed = once(server, "close")
    controller.abort()
    trace("server", "aborted", server.listening)
    await closed
    await sleep(0.05)
    trace("server", "later", server.listening)


play(main)
