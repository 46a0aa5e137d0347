"""A signal that isn't one throws."""

import netserve
from tests.conformance.scenario import attempt, play


def main() -> None:
    server = netserve.create_server()
    attempt("server", "listen", lambda: server.listen(port=0, signal="INT"))
    server.close()


play(main)
