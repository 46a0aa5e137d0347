"""emit() raises an error that nobody listens to, even what is none."""

from typing import Any

from netserve import EventEmitter
from tests.conformance.scenario import attempt, play


def main() -> None:
    emitter: Any = EventEmitter()
    attempt("emitter", "an error", lambda: emitter.emit("error", Exception("mine")))
    attempt("emitter", "a number", lambda: emitter.emit("error", 5))
    attempt("emitter", "text", lambda: emitter.emit("error", "text"))
    attempt("emitter", "nothing", lambda: emitter.emit("error"))


play(main)
