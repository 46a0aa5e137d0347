"""A server that does not listen takes every call, and says so where it matters."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, play, trace


def main() -> None:
    server: Any = netserve.create_server()
    attempt("server", "ref", lambda: server.ref())
    attempt("server", "unref", lambda: server.unref())
    attempt("server", "close", lambda: server.close())
    attempt("server", "address", lambda: server.address())
    server.close(lambda error: trace("server", "closed", error))
    server.get_connections(lambda error, count: trace("server", "count", error, count))
    trace("server", "state", server.listening, server.address())


play(main)
