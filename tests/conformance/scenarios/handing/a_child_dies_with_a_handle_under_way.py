"""Differs on purpose: when a child dies before it took a handle, Node emits no 'disconnect'."""

from netserve import process
from tests.conformance.scenario import (
    differs,
    once,
    play_parts,
    serve,
    start_part,
    trace,
    watch,
)


async def parent() -> None:
    killed: list[object] = ["exit", None, "SIGKILL"]
    differs("parent", node=[killed], netserve=[["disconnect"], killed])
    server = await serve()
    child = start_part("child")
    await once(child, "message")
    watch(child, "parent", "error", "disconnect", "exit", "close")
    child.kill("SIGSTOP")
    child.send("take", server, callback=lambda error: trace("callback", "sent", error))
    child.kill("SIGKILL")
    await once(child, "close")
    trace("parent", "connected", child.connected)
    server.close(lambda *_: trace("server", "closed"))


def child() -> None:
    process.on("message", lambda *_: trace("child", "message"))
    process.send("ready")


play_parts(parent=parent, child=child)
