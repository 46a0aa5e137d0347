"""More than ten listeners for one event look like a leak: a warning says so, once."""

import logging

from netserve import EventEmitter
from tests.conformance.scenario import play, trace


class Warnings(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        assert isinstance(record.args, tuple)
        trace("program", "warning", record.args[0])


logging.getLogger("netserve").addHandler(Warnings())


def main() -> None:
    emitter = EventEmitter()
    for _ in range(12):
        emitter.on("event", lambda: None)
    trace("emitter", "listeners", emitter.listener_count("event"))
    emitter.remove_all_listeners("event")
    emitter.set_max_listeners(1)
    emitter.on("event", lambda: None).on("event", lambda: None)
    emitter.set_max_listeners(0)
    for _ in range(20):
        emitter.on("other", lambda: None)


play(main)
