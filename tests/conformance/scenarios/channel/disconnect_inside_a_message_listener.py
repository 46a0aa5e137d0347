"""A child that disconnects in its listener still hears what had arrived by then."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch


def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "disconnect", "exit")
    for message in (1, 2, 3):
        child.send(message)


def child() -> None:
    def on_message(message: int, _handle: None) -> None:
        trace("child", "message", message, process.connected)
        if message == 1:
            process.disconnect()

    watch(process, "child", "disconnect")
    process.on("message", on_message)


play_parts(parent=parent, child=child)
