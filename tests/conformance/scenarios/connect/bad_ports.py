"""A port that can't be one throws at once."""

import netserve
from tests.conformance.scenario import attempt, play


def main() -> None:
    for port in (65536, -1, 1.5, "word"):
        attempt(
            "client",
            f"port={port}",
            lambda port=port: netserve.create_connection(port=port, host="127.0.0.1"),
        )
    attempt("client", "positional", lambda: netserve.create_connection(65536))


play(main)
