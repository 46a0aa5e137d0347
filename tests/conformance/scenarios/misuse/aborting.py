"""What can be aborted is a signal, and a time is a number."""

from typing import Any

from netserve import AbortSignal
from tests.conformance.scenario import attempt, play


def main() -> None:
    signal: Any = AbortSignal
    attempt("signal", "timeout text", lambda: signal.timeout("x"))
    attempt("signal", "timeout negative", lambda: signal.timeout(-1))
    attempt("signal", "any number", lambda: signal.any(5))
    attempt("signal", "any of numbers", lambda: signal.any([5]))
    attempt("signal", "any nothing", lambda: signal.any(None))


play(main)
