"""'new_listener' comes before the listener is added, 'remove_listener' after it has gone."""

import netserve
from tests.conformance.scenario import play, trace


def main() -> None:
    server = netserve.create_server()

    def count() -> int:
        return server.listener_count("drop")

    server.on("new_listener", lambda event, _: trace("server", "new", event, count()))
    server.on("remove_listener", lambda event, _: trace("server", "removed", event, count()))

    def listener() -> None:
        trace("server", "called")

    server.on("drop", listener)
    server.once("drop", listener)
    trace("server", "emit", server.emit("drop"))
    server.off("drop", listener)
    trace("server", "emit", server.emit("drop"))


play(main)
