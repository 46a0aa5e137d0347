"""After `timeout` the child gets the kill signal; one that is faster does not."""

from netserve import process
from tests.conformance.scenario import once, play_parts, start_part, trace, watch


async def parent() -> None:
    slow = start_part("child", timeout=0.3, kill_signal="SIGKILL")
    watch(slow, "slow", "disconnect", "exit", "close")
    await once(slow, "close")
    trace("slow", "killed", slow.killed)
    fast = start_part("child", timeout=60)
    watch(fast, "fast", "disconnect", "exit", "close")
    fast.send("go")
    await once(fast, "close")
    trace("fast", "killed", fast.killed)


def child() -> None:
    process.once("message", lambda *_: None)


play_parts(parent=parent, child=child)
