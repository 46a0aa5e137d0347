"""What is awaited is an event of an emitter."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, play


def main() -> None:
    five: Any = 5
    thing: Any = object()
    text: Any = "x"
    attempt("emitter", "on number", lambda: netserve.on(five, "x"))
    attempt("emitter", "on object", lambda: netserve.on(thing, "x"))
    attempt("emitter", "on text", lambda: netserve.on(text, "x"))


play(main)
