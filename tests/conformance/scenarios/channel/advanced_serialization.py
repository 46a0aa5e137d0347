"""With serialization "advanced" bytes and infinity travel as what they are, next to all of JSON."""

import math

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch


def parent() -> None:
    child = start_part("child", serialization="advanced")
    watch(child, "parent", "message", "exit")
    messages = [
        *(None, True, 0, -1, 1.5, 2**40, "", "text", "žluťoučký 😀", [], {}, [1, [2, []]]),
        *({"a": {"b": [None, {"c": "d"}]}}, b"bytes", [b"more", "text"]),
    ]
    for message in messages:
        child.send(message)
    child.send(math.inf)
    child.send("over")


def child() -> None:
    def on_message(message: object, handle: None) -> None:
        if message == "over":
            process.disconnect()
        elif message == math.inf:
            trace("child", "infinity")
        else:
            trace("child", "message", message, handle)
            process.send(message)

    process.on("message", on_message)


play_parts(parent=parent, child=child)
