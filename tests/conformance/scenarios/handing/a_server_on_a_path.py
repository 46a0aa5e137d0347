"""A server on a path can be sent. Its file goes when the process that made it closes it.
Differs on purpose: in Node the child's server does not know its path.
"""

import os

import netserve
from netserve import process
from tests.conformance.scenario import (
    collect,
    differs,
    local_path,
    once,
    play_parts,
    start_part,
    trace,
    watch,
)


async def parent() -> None:
    differs("child", node=[["server", True, None]], netserve=[["server", True, "<dir>/s"]])
    path = local_path("s")
    server = netserve.create_server(lambda peer: peer.end("hello"))
    listening = once(server, "listening")
    server.listen(path)
    await listening
    child = start_part("child")
    watch(child, "parent", "exit")
    child.send("take", server)
    await once(child, "exit")
    trace("parent", "file", os.path.exists(path))
    client = netserve.create_connection(path)
    collect(client, "client")
    await once(client, "close")
    server.close(lambda *_: trace("parent", "closed", os.path.exists(path)))


def child() -> None:
    def on_message(_message: str, server: netserve.Server) -> None:
        trace("child", "server", server.listening, server.address())
        server.close(lambda *_: trace("child", "closed"))

    process.once("message", on_message)


play_parts(parent=parent, child=child)
