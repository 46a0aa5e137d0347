"""A child that forks has a channel to each side, and its child has only its own."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch


def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "message", "disconnect", "exit")
    child.send("down")


def child() -> None:
    grandchild = start_part("grandchild")
    watch(grandchild, "child", "disconnect", "exit")
    grandchild.once("message", lambda message, _: process.send(f"{message}, up"))
    process.once("message", lambda message, _: grandchild.send(f"{message}, down"))


def grandchild() -> None:
    trace("grandchild", "connected", process.connected)
    process.once("message", lambda message, _: process.send(f"{message}, up"))


play_parts(parent=parent, child=child, grandchild=grandchild)
