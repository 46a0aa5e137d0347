"""One signal may call off any number of things: there is no warning."""

import logging

from netserve import AbortController
from tests.conformance.scenario import play, trace


class Warnings(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        trace("program", "warning", record.getMessage())


logging.getLogger("netserve").addHandler(Warnings())


def main() -> None:
    signal = AbortController().signal
    trace("signal", "limit", signal.get_max_listeners())
    for _ in range(20):
        signal.on("abort", lambda: None)
    trace("signal", "aborted", signal.aborted)


play(main)
