"""Messages that nobody listens for yet wait, and come in order."""

from netserve import process
from tests.conformance.scenario import later, play_parts, sleep, start_part, trace


def parent() -> None:
    def on_message(message: str, _handle: None) -> None:
        trace("parent", "message", message)
        if message == "over":
            child.disconnect()
        else:
            child.send(message)

    child = start_part("child")
    for message in (1, 2, 3):
        child.send(message)
    later(0.3, lambda: child.on("message", on_message))


async def child() -> None:
    def on_message(message: object, _handle: None) -> None:
        trace("child", "message", message)
        if message == "words":
            process.send("over")

    process.send("early")
    process.send("words")
    await sleep(0.1)
    process.on("message", on_message)


play_parts(parent=parent, child=child)
