"""The code that a child exits with, without a word on the channel or after one."""

import sys

from netserve import process
from tests.conformance.scenario import once, play_parts, start_part, trace, watch


async def parent() -> None:
    for code in (0, 3, 255):
        child = start_part("child")
        watch(child, "parent", "message", "exit", "close")
        child.send(code)
        await once(child, "close")
        trace("parent", "state", child.exit_code, child.signal_code, child.killed)


def child() -> None:
    def on_message(code: int, _handle: None) -> None:
        process.send("bye")
        sys.exit(code)

    process.on("message", on_message)


play_parts(parent=parent, child=child)
