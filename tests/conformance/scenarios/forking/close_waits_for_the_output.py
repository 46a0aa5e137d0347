"""'exit' is the end of the program, 'close' that of its output, which others may still have."""

import os
import sys

from netserve import process
from tests.conformance.scenario import collect, play_parts, sleep, start_part, watch


def parent() -> None:
    child = start_part("child", stdio=["ignore", "pipe", "inherit", "ipc"])
    watch(child, "parent", "disconnect", "exit", "close")
    collect(child.stdout, "parent")


def child() -> None:
    heir = start_part("heir", stdio=["ignore", "inherit", "inherit", "ipc"])
    heir.once("message", lambda *_: sys.exit(0))


def heir() -> None:
    async def on_disconnect() -> None:
        await sleep(0.1)
        os.write(1, b"late")

    process.on("disconnect", on_disconnect)
    process.send("ready")


play_parts(parent=parent, child=child, heir=heir)
