"""A second listen() throws and leaves the first undisturbed."""

import netserve
from tests.conformance.scenario import attempt, once, play, watch


async def main() -> None:
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    server.listen(0)
    attempt("server", "second listen", lambda: server.listen(0))
    await once(server, "listening")
    attempt("server", "third listen", lambda: server.listen(0))
    server.close()


play(main)
