"""A program that can't be started: 'error', and no 'exit'."""

from tests.conformance.scenario import local_path, play, start_part, trace, watch


def parent() -> None:
    child = start_part("child", exec_path=local_path("nothing"))
    trace("parent", "forked", child.pid)
    watch(child, "parent", "spawn", "error", "exit")


play(parent)
