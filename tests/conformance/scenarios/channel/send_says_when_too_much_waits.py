"""send() is false when much waits to be written; the callbacks come all the same, in order."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch

COUNT = 60


def parent() -> None:
    rooms: list[bool] = []
    told: list[bool] = []

    def on_sent(error: Exception | None, number: int) -> None:
        told.append(error is None and number == len(told))
        if len(told) == COUNT:
            trace("parent", "callbacks", all(told))
            trace("parent", "room again", child.send("over"))

    child = start_part("child")
    watch(child, "parent", "message")
    for number in range(COUNT):
        rooms.append(
            child.send("x" * 20_000, callback=lambda error, number=number: on_sent(error, number))
        )
    trace("parent", "room", rooms[0], rooms[-1], len(told))


def child() -> None:
    size = 0

    def on_message(message: str, _handle: None) -> None:
        nonlocal size
        if message != "over":
            size += len(message)
        else:
            process.send(size, callback=lambda _: process.disconnect())

    process.on("message", on_message)


play_parts(parent=parent, child=child)
