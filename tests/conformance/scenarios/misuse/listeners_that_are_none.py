"""Each way to add a listener refuses what is no function."""

from typing import Any

from netserve import EventEmitter
from tests.conformance.scenario import attempt, play


def main() -> None:
    emitter: Any = EventEmitter()
    attempt("emitter", "prepend nothing", lambda: emitter.prepend_listener("x", None))
    attempt("emitter", "prepend text", lambda: emitter.prepend_listener("x", "x"))
    attempt("emitter", "prepend number", lambda: emitter.prepend_listener("x", 5))
    attempt("emitter", "prepend_once nothing", lambda: emitter.prepend_once_listener("x", None))
    attempt("emitter", "prepend_once text", lambda: emitter.prepend_once_listener("x", "x"))
    attempt("emitter", "prepend_once number", lambda: emitter.prepend_once_listener("x", 5))
    attempt("emitter", "off nothing", lambda: emitter.off("x", None))
    attempt("emitter", "off text", lambda: emitter.off("x", "x"))
    attempt("emitter", "off number", lambda: emitter.off("x", 5))
    attempt("emitter", "on", lambda: emitter.on("x", 5))
    attempt("emitter", "once", lambda: emitter.once("x", 5))
    attempt("emitter", "off another", lambda: emitter.off("x", print))
    attempt("emitter", "remove all of nothing", lambda: emitter.remove_all_listeners("x"))
    attempt("emitter", "left", lambda: emitter.event_names())


play(main)
