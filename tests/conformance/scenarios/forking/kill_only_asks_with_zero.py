"""kill(0) asks whether the child is there. A dead one gets no signal; an unknown signal throws."""

from netserve import process
from tests.conformance.scenario import attempt, once, play_parts, start_part, trace, watch


async def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "exit", "close")
    await once(child, "message")
    trace("parent", "asked", child.kill(0), child.killed)
    for signal in ("SIGNOPE", "TERM", 12345, -1):
        attempt("parent", f"kill({signal})", lambda signal=signal: child.kill(signal))
    trace("parent", "lives", child.connected, child.killed)
    child.send("go")
    await once(child, "exit")
    trace("parent", "asked", child.kill(0), child.kill(), child.killed)


def child() -> None:
    process.once("message", lambda *_: None)
    process.send("ready")


play_parts(parent=parent, child=child)
