"""What can't be called can't listen; an unheard 'error' throws what it carries."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, play, trace


def main() -> None:
    server: Any = netserve.create_server()
    attempt("server", "on", lambda: server.on("close", "listener"))
    attempt("server", "once", lambda: server.once("close", 5))
    attempt("server", "emit", lambda: server.emit("error", Exception("unheard")))
    trace("server", "emit", server.emit("close"))


play(main)
