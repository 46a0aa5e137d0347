"""The channel keeps a child alive while it listens for messages, and no longer."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch


def parent() -> None:
    def on_message(number: int, _handle: None) -> None:
        trace("parent", "message", number)
        if number < 3:
            child.send(number + 1)

    child = start_part("child")
    watch(child, "parent", "disconnect", "exit", "close")
    child.on("message", on_message)
    child.send(1)


def child() -> None:
    def answer(number: int, _handle: None) -> None:
        process.send(number)
        if number == 3:
            process.off("message", answer)

    process.on("message", answer)


play_parts(parent=parent, child=child)
