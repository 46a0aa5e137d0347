"""The defaults of the selection can be set; a timeout is at least a hundredth of a second."""

from functools import partial
from typing import Any

import netserve
from tests.conformance.scenario import attempt, play, trace

BAD = {"zero": 0, "negative": -1, "text": "1", "nothing": None, "endless": float("inf")}


def main() -> None:
    set_select: Any = netserve.set_default_auto_select_family
    set_timeout: Any = netserve.set_default_auto_select_family_attempt_timeout
    trace("net", "selects", netserve.get_default_auto_select_family())
    for value in (False, True):
        set_select(value)
        trace("net", "selects", netserve.get_default_auto_select_family())
    for what, bad in {"number": 0, "text": "yes", "nothing": None}.items():
        attempt("net", f"select {what}", partial(set_select, bad))
    for seconds in (0.2, 0.01, 0.009, 0.001):
        set_timeout(seconds)
        trace("net", "waits", netserve.get_default_auto_select_family_attempt_timeout())
    for what, bad in BAD.items():
        attempt("net", f"wait {what}", partial(set_timeout, bad))
    trace("net", "selects", netserve.get_default_auto_select_family())
    trace("net", "waits", netserve.get_default_auto_select_family_attempt_timeout())


play(main)
