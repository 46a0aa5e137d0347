"""Aborting the signal closes the server."""

import netserve
from tests.conformance.scenario import play, trace, watch


def main() -> None:
    controller = netserve.AbortController()
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")

    def abort() -> None:
        controller.abort()
        trace("server", "aborted", server.listening)

    server.listen(port=0, signal=controller.signal, callback=abort)


play(main)
