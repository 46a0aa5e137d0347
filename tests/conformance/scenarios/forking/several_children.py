"""Several children at once, each with a channel of its own."""

import sys

from netserve import process
from tests.conformance.scenario import play_parts, start_part, watch


def parent() -> None:
    for number in (1, 2, 3):
        child = start_part("child")
        watch(child, f"parent of {number}", "message", "disconnect", "exit", "close")
        child.send(number)


def child() -> None:
    def on_message(number: int, _handle: None) -> None:
        process.send(number * 10)
        sys.exit(number)

    process.once("message", on_message)


play_parts(parent=parent, child=child)
