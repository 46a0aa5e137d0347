"""A channel that nobody listens on keeps no child alive, whatever is sent to it."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch


def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "disconnect", "exit", "close")
    child.send("anybody?")


def child() -> None:
    trace("child", "connected", process.connected, process.channel is not None)


play_parts(parent=parent, child=child)
