"""An abort ends the child: 'error', then its 'exit'. One that was aborted before starts too."""

from netserve import AbortController, AbortSignal, process
from tests.conformance.scenario import once, play_parts, start_part, trace, watch


async def parent() -> None:
    controller = AbortController()
    child = start_part("child", signal=controller.signal)
    watch(child, "parent", "spawn", "error", "disconnect", "exit", "close")
    await once(child, "message")
    controller.abort()
    trace("parent", "aborted", child.killed)
    await once(child, "close")
    late = start_part("child", signal=AbortSignal.abort(), kill_signal="SIGKILL")
    watch(late, "late", "error", "exit")
    trace("late", "forked", isinstance(late.pid, int), late.killed)


def child() -> None:
    process.on("message", lambda *_: None)
    process.send("ready")


play_parts(parent=parent, child=child)
