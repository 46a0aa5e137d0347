"""What a lookup throws leaves connect() in Node, and the socket connects for ever; in netserve it
is the error of the lookup."""

import netserve
from tests.conformance.scenario import attempt, differs, play, watch, watch_attempts


def main() -> None:
    def lookup(*_: object) -> None:
        raise Exception("no such place")

    def connect() -> None:
        client = netserve.create_connection(1, "a.example", lookup=lookup)
        watch_attempts(client, "client")
        watch(client, "client", "error")

    attempt("client", "connect", connect)
    error = {"message": "no such place"}
    differs(
        "client",
        node=[["connect", error]],
        netserve=[
            ["connect", "ok"],
            ["lookup", error, None, None, "a.example"],
            ["error", error],
            ["close", True],
        ],
    )


play(main)
