"""unref() of the child alone does not let the parent end: the channel keeps it."""

from netserve import process
from tests.conformance.scenario import once, play_parts, start_part, trace, watch


async def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "message", "disconnect")
    child.unref()
    child.send("ping")
    await once(child, "disconnect")
    trace("parent", "connected", child.connected)


def child() -> None:
    process.once("message", lambda *_: process.send("pong"))


play_parts(parent=parent, child=child)
