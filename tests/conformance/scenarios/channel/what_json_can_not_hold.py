"""A function or a bare object has no JSON: send() throws and the channel goes on.
Differs on purpose: JavaScript has JSON for a set ({}) and for NaN (null); in Python that would
lose what was meant, so send() raises.
"""

import math

from netserve import process
from tests.conformance.scenario import attempt, differs, once, play_parts, start_part, watch


async def parent() -> None:
    refused = {"code": "ERR_INVALID_ARG_TYPE", "kind": "TypeError"}
    differs(
        "parent",
        node=[["a set", "ok"], ["nan", "ok"]],
        netserve=[["a set", refused], ["nan", refused]],
    )
    child = start_part("child")
    await once(child, "message")
    watch(child, "parent", "message", "exit")
    attempt("parent", "a function", lambda: child.send(lambda: None))
    attempt("parent", "an object", lambda: child.send(object()))
    attempt("parent", "a set", lambda: child.send({1}))
    attempt("parent", "nan", lambda: child.send(math.nan))
    child.send("over")


def child() -> None:
    def on_message(message: object, _handle: None) -> None:
        if message != "over":
            return
        process.send("heard")
        process.disconnect()

    process.on("message", on_message)
    process.send("ready")


play_parts(parent=parent, child=child)
