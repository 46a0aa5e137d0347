"""A negative descriptor throws at once."""

import netserve
from tests.conformance.scenario import attempt, play, trace


def main() -> None:
    server = netserve.create_server()
    attempt("server", "listen(fd=-1)", lambda: server.listen(fd=-1))
    trace("server", "listening", server.listening)


play(main)
