"""A type of service is a whole number from 0 to 255. To Node a fraction is a number out of range,
to Python it is of another type."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, differs, play


def main() -> None:
    socket: Any = netserve.Socket()
    attempt("socket", "nothing", lambda: socket.set_type_of_service(None))
    attempt("socket", "true", lambda: socket.set_type_of_service(True))
    attempt("socket", "negative", lambda: socket.set_type_of_service(-1))
    attempt("socket", "huge", lambda: socket.set_type_of_service(2**40))
    attempt("socket", "fraction", lambda: socket.set_type_of_service(1.5))
    attempt("socket", "text", lambda: socket.set_type_of_service("x"))
    attempt("socket", "number", lambda: socket.set_type_of_service(5))
    attempt("socket", "object", lambda: socket.set_type_of_service(object()))
    attempt("socket", "list", lambda: socket.set_type_of_service([]))
    attempt("socket", "option true", lambda: netserve.Socket(type_of_service=True))
    attempt("socket", "option negative", lambda: netserve.Socket(type_of_service=-1))
    attempt("socket", "option huge", lambda: netserve.Socket(type_of_service=2**40))
    attempt("socket", "option text", lambda: netserve.Socket(type_of_service="x"))
    attempt("socket", "option object", lambda: netserve.Socket(type_of_service=object()))
    differs(
        "socket",
        node=[["fraction", {"code": "ERR_OUT_OF_RANGE", "kind": "ValueError"}]],
        netserve=[["fraction", {"code": "ERR_INVALID_ARG_TYPE", "kind": "TypeError"}]],
    )


play(main)
