"""Question and answer, many times over."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch


def parent() -> None:
    def on_message(number: int, _handle: None) -> None:
        if number < 200:
            child.send(number + 1)
        else:
            trace("parent", "enough", number)
            child.disconnect()

    child = start_part("child")
    watch(child, "parent", "disconnect", "exit")
    child.on("message", on_message)
    child.send(0)


def child() -> None:
    process.on("message", lambda number, _: process.send(number + 1))


play_parts(parent=parent, child=child)
