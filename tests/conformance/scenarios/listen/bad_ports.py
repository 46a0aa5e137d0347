"""A port that can't be one throws at once."""

from functools import partial

import netserve
from tests.conformance.scenario import attempt, play, trace


def main() -> None:
    server = netserve.create_server()
    for port in (65536, -1, 1.5):
        attempt("server", f"listen({port})", partial(server.listen, port))
        attempt("server", f"listen(port={port})", partial(server.listen, port=port))
    attempt("server", "listen(port=word)", lambda: server.listen(port="word"))
    trace("server", "listening", server.listening)


play(main)
