"""Differs on purpose: Node's disconnect() gives up what the system has not taken yet, though the
callbacks hear of no error; netserve's closes the channel when everything sent has left.
"""

from netserve import process
from tests.conformance.scenario import differs, play_parts, start_part, trace, watch


def parent() -> None:
    differs("child", node=[["disconnect", False]], netserve=[["disconnect", True]])
    child = start_part("child")
    watch(child, "parent", "disconnect", "exit")
    for _ in range(60):
        child.send("x" * 20_000)
    child.send("over", callback=lambda error: trace("callback", "sent", error))
    child.disconnect()


def child() -> None:
    messages: list[str] = []
    process.on("message", lambda message, _: messages.append(message))
    process.on("disconnect", lambda: trace("child", "disconnect", messages[-1:] == ["over"]))


play_parts(parent=parent, child=child)
