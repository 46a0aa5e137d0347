"""The module process has everything that an emitter has."""

from collections.abc import Callable

from netserve import process
from tests.conformance.scenario import play, trace


def main() -> None:
    def heard(name: str) -> Callable[..., None]:
        return lambda *details: trace("process", name, *details)

    one, two, three, four = map(heard, ("one", "two", "three", "four"))
    process.on("x", one)
    process.once("x", two)
    process.prepend_listener("x", three)
    process.prepend_once_listener("x", four)
    trace("process", "count", process.listener_count("x"), len(process.listeners("x")))
    trace("process", "names", "x" in process.event_names())
    trace("process", "emitted", process.emit("x", 1))
    process.off("x", three)
    trace("process", "emitted", process.emit("x", 2))
    process.remove_all_listeners("x")
    trace("process", "emitted", process.emit("x", 3))
    process.set_max_listeners(process.get_max_listeners() + 1)
    trace("process", "limit", process.get_max_listeners())


play(main)
