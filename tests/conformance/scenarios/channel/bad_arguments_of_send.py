"""A handle of the wrong type throws, and nothing is sent.
Differs on purpose: Node does not look at the callback.
"""

from netserve import process
from tests.conformance.scenario import attempt, differs, play_parts, start_part, watch


def parent() -> None:
    differs(
        "parent",
        node=[["callback 5", "ok"]],
        netserve=[["callback 5", {"code": "ERR_INVALID_ARG_TYPE", "kind": "TypeError"}]],
    )
    differs("child", node=[["message", "y", None]], netserve=[])
    child = start_part("child")
    watch(child, "parent", "error", "exit")
    attempt("parent", "handle {}", lambda: child.send("x", {}))
    attempt("parent", "handle 5", lambda: child.send("x", 5))
    attempt("parent", "handle text", lambda: child.send("x", "text"))
    attempt("parent", "callback 5", lambda: child.send("y", callback=5))
    child.send("over")


def child() -> None:
    watch(process, "child", "message")
    process.on("message", lambda message, _: message == "over" and process.disconnect())


play_parts(parent=parent, child=child)
