"""An exception that leaves a message listener is an uncaught one."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, watch


def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "disconnect", "exit")
    child.send("go")


def child() -> None:
    def on_message(_message: str, _handle: None) -> None:
        raise Exception("a bug")

    process.once("message", on_message)


play_parts(parent=parent, child=child)
