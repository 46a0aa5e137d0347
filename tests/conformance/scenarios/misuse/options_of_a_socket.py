"""Options that make no sense are refused before anything is opened. Of what is no whole number
netserve says that its type is wrong, as of all numbers; Node says it of some."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, differs, play


def main() -> None:
    socket: Any = netserve.Socket
    attempt("socket", "high_water_mark negative", lambda: socket(high_water_mark=-1))
    attempt("socket", "high_water_mark fraction", lambda: socket(high_water_mark=1.5))
    attempt("socket", "high_water_mark text", lambda: socket(high_water_mark="x"))
    attempt("socket", "fd true", lambda: socket(fd=True))
    attempt("socket", "fd negative", lambda: socket(fd=-1))
    attempt("socket", "fd fraction", lambda: socket(fd=1.5))
    attempt("socket", "fd text", lambda: socket(fd="x"))
    attempt("socket", "signal text", lambda: socket(signal="x"))
    attempt("socket", "signal number", lambda: socket(signal=5))
    attempt("socket", "initial_delay text", lambda: socket(keep_alive_initial_delay="x"))
    wrong_type = {"code": "ERR_INVALID_ARG_TYPE", "kind": "TypeError"}
    wrong_value = {"code": "ERR_INVALID_ARG_VALUE", "kind": "ValueError"}
    out_of_range = {"code": "ERR_OUT_OF_RANGE", "kind": "ValueError"}
    for what, node, ours in (
        ("high_water_mark negative", wrong_value, out_of_range),
        ("high_water_mark fraction", wrong_value, wrong_type),
        ("high_water_mark text", wrong_value, wrong_type),
        ("fd fraction", out_of_range, wrong_type),
    ):
        differs("socket", node=[[what, node]], netserve=[[what, ours]])


play(main)
