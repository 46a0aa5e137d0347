"""Every value that JSON has goes through the channel and back."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch


def parent() -> None:
    child = start_part("child")
    watch(child, "parent", "message")
    messages = [
        *(None, True, False, 0, -1.5, 2**53 - 1, 1e300, "", "text"),
        'žluťoučký 😀 \0 \n "\\',
        *([], {}, [1, [2, [3, []]]], {"a": {"b": [None, {"c": "d"}]}, "": 0}, {"cmd": "mine"}),
    ]
    for message in messages:
        child.send(message)
    child.send("over")


def child() -> None:
    def on_message(message: object, handle: None) -> None:
        trace("child", "message", message, handle)
        if message == "over":
            process.disconnect()
        else:
            process.send(message)

    process.on("message", on_message)


play_parts(parent=parent, child=child)
