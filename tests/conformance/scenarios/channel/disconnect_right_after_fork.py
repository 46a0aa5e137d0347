"""A parent that leaves at once: the child starts with a closed channel and hears all the same."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, watch


def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "disconnect", "exit")
    child.send("farewell")
    child.disconnect()


def child() -> None:
    watch(process, "child", "message", "disconnect")


play_parts(parent=parent, child=child)
