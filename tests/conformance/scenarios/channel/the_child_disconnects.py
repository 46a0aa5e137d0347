"""disconnect() in the child: what it sent arrives, and both ends are told."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch


def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "message", "disconnect", "exit", "close")


def child() -> None:
    watch(process, "child", "message", "disconnect")
    for message in (1, 2, 3):
        process.send(message)
    process.disconnect()
    trace("child", "disconnect returned", process.connected)
    process.on("disconnect", lambda: trace("child", "state", process.connected, process.channel))


play_parts(parent=parent, child=child)
