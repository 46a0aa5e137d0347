"""A duration that can't be one throws, as does a callback that can't be called."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, play


def main() -> None:
    socket: Any = netserve.Socket()
    attempt("socket", "text", lambda: socket.set_timeout("soon"))
    attempt("socket", "none", lambda: socket.set_timeout(None))
    attempt("socket", "negative", lambda: socket.set_timeout(-1))
    attempt("socket", "infinite", lambda: socket.set_timeout(float("inf")))
    attempt("socket", "nan", lambda: socket.set_timeout(float("nan")))
    attempt("socket", "callback", lambda: socket.set_timeout(1.0, "callback"))


play(main)
