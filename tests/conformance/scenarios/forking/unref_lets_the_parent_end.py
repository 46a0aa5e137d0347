"""A parent that unrefs the child and its channel ends first; the child sees the channel close."""

from netserve import process
from tests.conformance.scenario import once, play_parts, sleep, start_part, trace, watch


async def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "disconnect", "exit")
    await once(child, "message")
    child.unref()
    child.channel.unref()
    trace("parent", "ends")


def child() -> None:
    async def on_disconnect() -> None:
        trace("child", "disconnect")
        await sleep(0.05)
        trace("child", "ends")

    process.on("disconnect", on_disconnect)
    process.send("ready")


play_parts(parent=parent, child=child)
