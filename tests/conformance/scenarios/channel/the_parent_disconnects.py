"""disconnect() in the parent: what was sent arrives, then the child's channel is closed.
Differs on purpose: Node never emits 'close' after that, netserve does when the child is over.
"""

import sys

from netserve import process
from tests.conformance.scenario import differs, play_parts, start_part, trace, watch


def parent() -> None:
    differs("parent", node=[["exit", 5, None]], netserve=[["exit", 5, None], ["close", 5, None]])
    child = start_part("child")
    watch(child, "parent", "message", "disconnect", "exit", "close")
    for message in (1, 2, 3):
        child.send(message)
    child.disconnect()
    trace("parent", "disconnect returned", child.connected)
    child.on("disconnect", lambda: trace("parent", "channel", child.channel))


def child() -> None:
    def on_disconnect() -> None:
        trace("child", "state", process.connected, process.channel)
        sys.exit(5)

    watch(process, "child", "message", "disconnect")
    process.on("disconnect", on_disconnect)


play_parts(parent=parent, child=child)
