"""silent: the child's input and output are pipes to the parent."""

import os
import sys

from tests.conformance.scenario import collect, play_parts, start_part, trace, watch


def parent() -> None:
    child = start_part("child", silent=True)
    watch(child, "parent", "disconnect", "exit", "close")
    ends = [end is not None for end in child.stdio]
    trace("parent", "ends", ends, child.stdio[1] is child.stdout)
    collect(child.stdout, "stdout")
    collect(child.stderr, "stderr")
    child.stdin.end("words")


def child() -> None:
    words = sys.stdin.buffer.read()
    os.write(1, b"said " + words)
    os.write(2, b"%d" % len(words))


play_parts(parent=parent, child=child)
