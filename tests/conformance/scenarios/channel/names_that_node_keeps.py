"""A message whose cmd starts with NODE_ and goes on is not for the program; others are."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, watch


def parent() -> None:
    child = start_part("child")
    for cmd in ("NODE_MINE", "NODE_", "NODEfoo", "node_mine", 5):
        child.send({"cmd": cmd})
    child.send(["NODE_MINE"])
    child.send("NODE_MINE")


def child() -> None:
    watch(process, "child", "message")
    process.on("message", lambda message, _: message == "NODE_MINE" and process.disconnect())


play_parts(parent=parent, child=child)
