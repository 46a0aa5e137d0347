"""A listener for one of the messages that wait gets the first.
Differs on purpose: in Node the others are lost, here they go on waiting.
"""

from netserve import process
from tests.conformance.scenario import differs, play_parts, sleep, start_part, trace


def parent() -> None:
    differs(
        "child",
        node=[["once", 1], ["message", 4]],
        netserve=[["once", 1], ["message", 2], ["message", 3], ["message", 4]],
    )
    child = start_part("child")
    for message in (1, 2, 3):
        child.send(message)
    child.on("message", lambda *_: child.send(4))


async def child() -> None:
    def on_message(message: int, _handle: None) -> None:
        trace("child", "message", message)
        if message == 4:
            process.disconnect()

    await sleep(0.1)
    process.once("message", lambda message, _: trace("child", "once", message))
    await sleep(0.1)
    process.on("message", on_message)
    process.send("go on")


play_parts(parent=parent, child=child)
