"""The child dies with messages unread: 'disconnect', and send() is refused from then on."""

from netserve import process
from tests.conformance.scenario import once, play_parts, start_part, trace, watch


async def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "error", "disconnect", "exit", "close")
    await once(child, "message")
    child.kill("SIGSTOP")
    for number in range(5):
        child.send(number)
    child.kill("SIGKILL")
    await once(child, "exit")
    child.send("late", callback=lambda error: trace("callback", "late", error))


def child() -> None:
    process.on("message", lambda *_: trace("child", "message"))
    process.send("ready")


play_parts(parent=parent, child=child)
