"""An encoding is the name of one that is known. What is no text at all is a matter of type here,
and no text at all is no name."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, differs, play


def main() -> None:
    socket: Any = netserve.Socket()
    attempt("socket", "true", lambda: socket.set_encoding(True))
    attempt("socket", "text", lambda: socket.set_encoding("x"))
    attempt("socket", "number", lambda: socket.set_encoding(5))
    attempt("socket", "object", lambda: socket.set_encoding(object()))
    attempt("socket", "empty", lambda: socket.set_encoding(""))
    attempt("socket", "known", lambda: socket.set_encoding("latin1"))
    wrong_type = {"code": "ERR_INVALID_ARG_TYPE", "kind": "TypeError"}
    unknown = {"code": "ERR_UNKNOWN_ENCODING"}
    for what in ("true", "number", "object"):
        differs("socket", node=[[what, unknown]], netserve=[[what, wrong_type]])
    differs("socket", node=[["empty", "ok"]], netserve=[["empty", unknown]])


play(main)
