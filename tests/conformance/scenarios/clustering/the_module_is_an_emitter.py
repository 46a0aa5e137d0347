"""The module cluster has everything that an emitter has."""

from collections.abc import Callable

from netserve import cluster
from tests.conformance.scenario import play, trace


def main() -> None:
    def heard(name: str) -> Callable[..., None]:
        return lambda *details: trace("cluster", name, *details)

    one, two, three, four = map(heard, ("one", "two", "three", "four"))
    cluster.on("x", one)
    cluster.once("x", two)
    cluster.prepend_listener("x", three)
    cluster.prepend_once_listener("x", four)
    trace("cluster", "count", cluster.listener_count("x"), len(cluster.listeners("x")))
    trace("cluster", "names", "x" in cluster.event_names())
    trace("cluster", "emitted", cluster.emit("x", 1))
    cluster.off("x", three)
    trace("cluster", "emitted", cluster.emit("x", 2))
    cluster.remove_all_listeners("x")
    trace("cluster", "emitted", cluster.emit("x", 3))
    cluster.set_max_listeners(cluster.get_max_listeners() + 1)
    trace("cluster", "limit", cluster.get_max_listeners())


play(main)
