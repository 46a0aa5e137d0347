"""Arguments of the wrong kind throw at once."""

from functools import partial
from typing import Any

import netserve
from tests.conformance.scenario import attempt, play


def main() -> None:
    connect: Any = netserve.create_connection
    tries: dict[str, dict[str, Any]] = {
        "host": {"port": 80, "host": 5},
        "lookup": {"port": 80, "host": "localhost", "lookup": 5},
        "local_address": {"port": 80, "host": "127.0.0.1", "local_address": "here"},
        "local_port": {"port": 80, "host": "127.0.0.1", "local_port": "x"},
        "family": {"port": 80, "host": "localhost", "family": 7},
        "path": {"path": 5},
    }
    for what, options in tries.items():
        attempt("client", what, partial(connect, **options))
    attempt("client", "nothing", lambda: netserve.Socket().connect())


play(main)
