"""The limit is ten, for one emitter whatever it was set to, and anything that is a number."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, play, trace


def main() -> None:
    server: Any = netserve.create_server()
    trace("server", "default", server.get_max_listeners(), server.default_max_listeners)
    trace("server", "set", server.set_max_listeners(3).get_max_listeners())
    infinity = float("inf")
    trace("server", "infinite", server.set_max_listeners(infinity).get_max_listeners() == infinity)
    attempt("server", "negative", lambda: server.set_max_listeners(-1))
    attempt("server", "not a number", lambda: server.set_max_listeners(float("nan")))
    attempt("server", "text", lambda: server.set_max_listeners("5"))
    attempt("server", "nothing", lambda: server.set_max_listeners(None))
    attempt("server", "true", lambda: server.set_max_listeners(True))


play(main)
