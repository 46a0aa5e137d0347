"""The callback of send() is called later, in order, with null: the system has the message."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace


def parent() -> None:
    child = start_part("child")
    for number in (1, 2, 3):
        room = child.send(
            number,
            callback=lambda error, number=number: trace("parent", "sent", number, error),
        )
        trace("parent", "send returned", room)
    child.on("message", lambda *_: child.disconnect())


def child() -> None:
    def on_message(message: int, _handle: None) -> None:
        trace("child", "message", message)
        if message != 3:
            return
        process.send("enough", callback=lambda error: trace("child", "sent", error))
        trace("child", "send returned")

    process.on("message", on_message)


play_parts(parent=parent, child=child)
