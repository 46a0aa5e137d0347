"""A server that does not listen has nothing to send: the message goes alone."""

import netserve
from netserve import process
from tests.conformance.scenario import once, play_parts, serve, start_part, watch


async def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "exit")
    child.send("never listened", netserve.create_server())
    server = await serve()
    closed = once(server, "close")
    server.close()
    await closed
    child.send("closed", server)
    child.send("over")


def child() -> None:
    watch(process, "child", "message")
    process.on("message", lambda message, _: message == "over" and process.disconnect())


play_parts(parent=parent, child=child)
