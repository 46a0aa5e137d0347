"""Options of the selection and of the lookup are checked at once."""

from functools import partial
from typing import Any

import netserve
from tests.conformance.scenario import attempt, play


def main() -> None:
    connect: Any = netserve.create_connection
    tries: dict[str, dict[str, Any]] = {
        "select number": {"auto_select_family": 0},
        "select text": {"auto_select_family": "yes"},
        "timeout zero": {"auto_select_family_attempt_timeout": 0},
        "timeout negative": {"auto_select_family_attempt_timeout": -1},
        "timeout text": {"auto_select_family_attempt_timeout": "1"},
        "timeout endless": {"auto_select_family_attempt_timeout": float("inf")},
        "hints text": {"hints": "all"},
        "hints unknown": {"hints": 1},
        "family number": {"family": 5},
        "family text": {"family": "ipv4"},
        "local address text": {"local_address": "localhost"},
        "local port text": {"local_port": "80"},
        "local port flag": {"local_port": True},
    }
    for what, options in tries.items():
        attempt("client", what, partial(connect, 1, "localhost", **options))


play(main)
