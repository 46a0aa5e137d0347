"""The buffer to read into is bytes that can be written, and the callback a function: netserve asks
when it gets them, Node when data comes."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, differs, play


def main() -> None:
    on_read: Any = netserve.OnRead
    attempt("socket", "buffer number", lambda: on_read(5, print))
    attempt("socket", "callback number", lambda: on_read(bytearray(1), 5))
    wrong_type = {"code": "ERR_INVALID_ARG_TYPE", "kind": "TypeError"}
    for what in ("buffer number", "callback number"):
        differs("socket", node=[[what, "ok"]], netserve=[[what, wrong_type]])


play(main)
