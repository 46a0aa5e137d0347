"""A child that runs to its end: 'spawn', 'disconnect', 'exit', 'close'; it has a pid at once."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch


def parent() -> None:
    child = start_part("child")

    def state() -> list[object]:
        connected = (child.connected, child.channel is not None)
        return [*connected, child.exit_code, child.signal_code]

    watch(child, "parent", "spawn", "error", "disconnect", "exit", "close")
    trace("parent", "forked", isinstance(child.pid, int), *state(), child.killed)
    for event in ("disconnect", "exit", "close"):
        child.on(event, lambda *_: trace("parent", "state", *state()))


def child() -> None:
    trace("child", "runs", process.connected)


play_parts(parent=parent, child=child)
