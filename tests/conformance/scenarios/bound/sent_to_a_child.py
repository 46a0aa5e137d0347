"""One that is bound to a port can be sent to a child, which listens on it; one of a path can't.
Differs on purpose: Node says of one that it has sent already that threads can't be given it.
"""

from typing import Any

import netserve
from netserve import AddressInfo, BoundSocket, process
from tests.conformance.scenario import (
    alias,
    ask,
    attempt,
    differs,
    local_path,
    once,
    play_parts,
    start_part,
    trace,
)


async def parent() -> None:
    differs(
        "parent",
        node=[["again", {"code": "ERR_WORKER_HANDLE_NOT_TRANSFERABLE"}]],
        netserve=[["again", {"code": "ERR_SOCKET_HANDLE_ADOPTED", "kind": "RuntimeError"}]],
    )
    child = start_part("child")
    await once(child, "message")
    path = BoundSocket(path=local_path("x.sock"))
    attempt("parent", "a path", lambda: child.send(["path", 0], path))
    trace("parent", "the path", path.address())
    path.close()
    bound = BoundSocket(host="127.0.0.1")
    address = bound.address()
    assert isinstance(address, AddressInfo)
    port = alias(address.port, "<port>")
    listening = once(child, "message")
    child.send(["listen", port], bound)
    attempt("parent", "address", lambda: bound.address())
    await listening
    attempt("parent", "again", lambda: child.send(["again", 0], bound))
    trace("parent", "hears", await ask(port))
    child.disconnect()
    code, _ = await once(child, "exit")
    trace("parent", "exit", code)


def child() -> None:
    def on_message(message: list[Any], bound: BoundSocket) -> None:
        what, port = message
        alias(port, "<port>")
        trace("child", what, bound.is_pipe, bound.address())
        server = netserve.create_server(lambda peer: peer.end("the child"))
        server.listen(bound, lambda: process.send("listening"))
        process.on("disconnect", server.close)

    process.on("message", on_message)
    process.send("ready")


play_parts(parent=parent, child=child)
