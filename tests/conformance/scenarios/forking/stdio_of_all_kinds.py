"""stdio says what each descriptor is; beyond the first three there may be more pipes."""

import os
import sys

from netserve import process
from tests.conformance.scenario import collect, play_parts, start_part, trace, watch


def parent() -> None:
    child = start_part("child", stdio=["ignore", "pipe", "inherit", "ipc", "pipe"])
    watch(child, "parent", "message", "exit", "close")
    trace("parent", "ends", [end is not None for end in child.stdio], child.stdin, child.stderr)
    collect(child.stdout, "stdout")
    collect(child.stdio[4], "extra")
    child.stdio[4].write("to the child")


def child() -> None:
    heard = os.read(4, 100)
    process.send(["stdin", len(sys.stdin.read())])
    os.write(1, b"to stdout")
    os.write(4, b"heard " + heard)


play_parts(parent=parent, child=child)
