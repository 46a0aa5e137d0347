"""A port that somebody listens on, and a path that is there, are refused at once; two may wait
for the same port.
Differs on purpose: an error about a path names it, as those of listen() do.
"""

from netserve import AddressInfo, BoundSocket
from tests.conformance.scenario import (
    alias,
    attempt,
    differs,
    local_path,
    play,
    port_of,
    serve,
)


async def main() -> None:
    for what, code, path in (
        ("a path", "EADDRINUSE", "<dir>/x.sock"),
        ("no folder", "EACCES", "<dir>/no/x"),
    ):
        error = {"code": code, "kind": "OSError", "syscall": "bind"}
        differs("bound", node=[[what, error]], netserve=[[what, {**error, "address": path}]])
    server = await serve()
    port = alias(port_of(server), "<port>")
    attempt("bound", "a port", lambda: BoundSocket(host="127.0.0.1", port=port).close())
    server.close()
    bound = BoundSocket(host="127.0.0.1")
    address = bound.address()
    assert isinstance(address, AddressInfo)
    same = address.port
    attempt("bound", "a port, bound only", lambda: BoundSocket("127.0.0.1", same).close())
    bound.close()
    path = local_path("x.sock")
    there = BoundSocket(path=path)
    attempt("bound", "a path", lambda: BoundSocket(path=path).close())
    there.close()
    attempt("bound", "no folder", lambda: BoundSocket(path=local_path("no/x")).close())


play(main)
