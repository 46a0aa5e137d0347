"""A server that has closed lets its signal go: it listens again, and stays."""

import netserve
from netserve import AbortController
from tests.conformance.scenario import once, play, trace, watch


async def main() -> None:
    controller = AbortController()
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    server.listen(port=0, host="127.0.0.1", signal=controller.signal)
    await once(server, "listening")
    server.close()
    await once(server, "close")
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    controller.abort()
    trace("server", "aborted", server.listening)
    server.close()


play(main)
