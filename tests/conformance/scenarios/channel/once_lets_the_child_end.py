"""A listener for one message keeps the child alive until that has come."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch


def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "exit", "close")
    child.send("one")


def child() -> None:
    process.once("message", lambda message, _: trace("child", "message", message))
    trace("child", "listens", process.listener_count("message"))


play_parts(parent=parent, child=child)
