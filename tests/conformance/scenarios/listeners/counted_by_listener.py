"""An event counts its listeners, or how often it has one of them."""

from netserve import EventEmitter
from tests.conformance.scenario import play, trace


def main() -> None:
    emitter = EventEmitter()
    one, other = lambda: None, lambda: None
    emitter.on("event", one).once("event", one).on("event", other)
    trace("emitter", "all", emitter.listener_count("event"))
    trace("emitter", "one", emitter.listener_count("event", one))
    trace("emitter", "other", emitter.listener_count("event", other))
    trace("emitter", "none", emitter.listener_count("nothing", one))
    trace("emitter", "same", emitter.listeners("event")[1] is one)


play(main)
