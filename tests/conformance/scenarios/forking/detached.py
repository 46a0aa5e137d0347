"""A detached child leads a group of its own, which a signal can be sent to."""

import os
import signal

from netserve import process
from tests.conformance.scenario import once, play_parts, start_part, trace, watch


async def parent() -> None:
    child = start_part("child", detached=True)
    watch(child, "parent", "exit", "close")
    await once(child, "message")
    os.killpg(child.pid, signal.SIGTERM)
    await once(child, "exit")
    trace("parent", "killed", child.killed)


def child() -> None:
    process.on("message", lambda *_: None)
    process.send("ready")


play_parts(parent=parent, child=child)
