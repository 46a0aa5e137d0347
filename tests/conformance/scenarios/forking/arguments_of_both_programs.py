"""args go to the script, exec_args to the program that runs it."""

import sys

from netserve.child_process import fork
from tests.conformance.scenario import play_parts, trace, watch


def parent() -> None:
    child = fork(__file__, ["child", "one", "two words", ""], exec_args=["-O"])
    watch(child, "parent", "exit")
    trace("parent", "program", child.spawnfile == sys.executable)
    trace("parent", "arguments", len(child.spawnargs), child.spawnargs[-4:])


def child() -> None:
    trace("child", "arguments", sys.argv[1:], sys.flags.optimize == 1)


play_parts(parent=parent, child=child)
