"""kill() sends SIGTERM or the signal it is given: 'exit' has the signal in the place of a code."""

from netserve import process
from tests.conformance.scenario import once, play_parts, start_part, trace, watch


async def parent() -> None:
    for signal in ((), ("SIGKILL",), ("SIGUSR2",), (15,)):
        child = start_part("child")
        watch(child, "parent", "disconnect", "exit", "close")
        await once(child, "message")
        trace("parent", "kill", child.kill(*signal), child.killed, child.signal_code)
        await once(child, "close")
        trace("parent", "state", child.exit_code, child.signal_code, child.killed)


def child() -> None:
    process.on("message", lambda *_: None)
    process.send("ready")


play_parts(parent=parent, child=child)
