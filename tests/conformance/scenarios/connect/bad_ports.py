"""A port that can't be one throws at once."""

from functools import partial
from typing import Any

import netserve
from tests.conformance.scenario import attempt, play


def main() -> None:
    connect: Any = netserve.create_connection
    for port in (65536, -1, 1.5, "word"):
        attempt(
            "client",
            f"port={port}",
            partial(connect, port=port, host="127.0.0.1"),
        )
    attempt("client", "positional", lambda: connect(65536))


play(main)
