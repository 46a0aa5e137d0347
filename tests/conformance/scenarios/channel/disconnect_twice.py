"""disconnect() of a closed channel emits an 'error' at each end."""

from netserve import process
from tests.conformance.scenario import once, play_parts, start_part, trace, watch


async def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "disconnect", "error", "exit")
    await once(child, "message")
    child.disconnect()
    child.disconnect()
    trace("parent", "returned", child.connected)


def child() -> None:
    watch(process, "child", "disconnect", "error")
    process.on("disconnect", process.disconnect)
    process.send("ready")


play_parts(parent=parent, child=child)
