"""A closed channel does not end the wait for the child; ref() takes unref() back."""

import sys

from netserve import process
from tests.conformance.scenario import once, play_parts, sleep, start_part, watch


async def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "disconnect", "exit")
    await once(child, "message")
    child.unref()
    child.disconnect()
    child.ref()


def child() -> None:
    async def on_disconnect() -> None:
        await sleep(0.1)
        sys.exit(3)

    process.on("disconnect", on_disconnect)
    process.send("ready")


play_parts(parent=parent, child=child)
