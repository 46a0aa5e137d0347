"""What is called later has to be a function. Node finds some of it out only when it would call, or
never; netserve always at once."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, differs, play


def main() -> None:
    server: Any = netserve.create_server()
    socket: Any = netserve.Socket()
    socket.on("error", lambda _: None)
    attempt("net", "close text", lambda: server.close("x"))
    attempt("net", "close number", lambda: server.close(5))
    attempt("net", "get_connections text", lambda: server.get_connections("x"))
    attempt("net", "get_connections number", lambda: server.get_connections(5))
    attempt("net", "create_server number", lambda: netserve.create_server(5))
    attempt("net", "set_timeout text", lambda: socket.set_timeout(1, "x"))
    attempt("net", "set_timeout number", lambda: socket.set_timeout(1, 5))
    attempt("net", "connect", lambda: socket.connect(1, "127.0.0.1", 5))
    attempt("net", "lookup", lambda: netserve.Socket().connect(port=1, host="x", lookup=5))
    attempt("net", "write", lambda: socket.write("x", "utf8", 5))
    attempt("net", "end", lambda: socket.end("x", "utf8", 5))
    wrong_type = {"code": "ERR_INVALID_ARG_TYPE", "kind": "TypeError"}
    for what in ("close text", "close number", "connect", "write", "end"):
        differs("net", node=[[what, "ok"]], netserve=[[what, wrong_type]])


play(main)
