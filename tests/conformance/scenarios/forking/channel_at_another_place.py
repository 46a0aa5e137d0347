"""The channel may be any descriptor; the environment that names it is gone when the child runs."""

import os

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch


def parent() -> None:
    stdio = ["inherit", "inherit", "inherit", "ignore", "ignore", "ipc"]
    child = start_part("child", stdio=stdio)
    watch(child, "parent", "message", "exit", "close")
    child.send("hello")


def child() -> None:
    assert process.connected  # importing looks at nothing: this does
    names = [name for name in os.environ if name.startswith("NODE_CHANNEL")]
    trace("child", "environment", names)
    process.once("message", lambda message, _: process.send(f"{message} yourself"))


play_parts(parent=parent, child=child)
