"""What is piped into has to be something that can be written to. Node stumbles over what is not;
netserve says so."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, differs, play


def main() -> None:
    socket: Any = netserve.Socket()
    attempt("socket", "unpipe what is not piped", lambda: socket.unpipe(netserve.Socket()))
    attempt("socket", "unpipe nothing", lambda: socket.unpipe())
    attempt("socket", "nothing", lambda: socket.pipe(None))
    attempt("socket", "number", lambda: socket.pipe(5))
    attempt("socket", "object", lambda: socket.pipe(object()))
    wrong_type = {"code": "ERR_INVALID_ARG_TYPE", "kind": "TypeError"}
    crash = {"message": "dest.on is not a function"}
    for what in ("number", "object"):
        differs("socket", node=[[what, crash]], netserve=[[what, wrong_type]])
    crash = {"message": "Cannot read properties of null (reading 'on')"}
    differs("socket", node=[["nothing", crash]], netserve=[["nothing", wrong_type]])


play(main)
