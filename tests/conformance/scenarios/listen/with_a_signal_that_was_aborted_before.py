"""A signal that was aborted before listen() closes the server before it serves anyone."""

import netserve
from tests.conformance.scenario import play, trace, watch


def main() -> None:
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    server.listen(port=0, signal=netserve.AbortSignal.abort())
    trace("server", "listen returned")


play(main)
