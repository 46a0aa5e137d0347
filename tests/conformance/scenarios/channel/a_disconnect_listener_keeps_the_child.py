"""A listener for 'disconnect' keeps the child alive too, until that comes."""

from netserve import process
from tests.conformance.scenario import later, play_parts, start_part, trace, watch


def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "disconnect", "exit")
    child.on("message", lambda *_: later(0.1, child.disconnect))


def child() -> None:
    process.send("ready")
    process.on("disconnect", lambda: trace("child", "disconnect", process.connected))


play_parts(parent=parent, child=child)
