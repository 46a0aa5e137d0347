"""Arguments of the wrong kind throw at once."""

import netserve
from tests.conformance.scenario import attempt, play


def main() -> None:
    tries = {
        "host": {"port": 80, "host": 5},
        "lookup": {"port": 80, "host": "localhost", "lookup": 5},
        "local_address": {"port": 80, "host": "127.0.0.1", "local_address": "here"},
        "local_port": {"port": 80, "host": "127.0.0.1", "local_port": "x"},
        "family": {"port": 80, "host": "localhost", "family": 7},
        "path": {"path": 5},
    }
    for what, options in tries.items():
        attempt("client", what, lambda options=options: netserve.create_connection(**options))
    attempt("client", "nothing", lambda: netserve.Socket().connect())


play(main)
