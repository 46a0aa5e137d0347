"""Listeners added or removed during an emit count from the next one on."""

import netserve
from tests.conformance.scenario import play, trace


def main() -> None:
    server = netserve.create_server()

    def last() -> None:
        trace("server", "last")

    def first() -> None:
        trace("server", "first")
        server.off("drop", last)
        server.on("drop", lambda: trace("server", "added"))

    server.on("drop", first)
    server.on("drop", last)
    server.emit("drop")
    trace("server", "again")
    server.emit("drop")


play(main)
