"""send() on a closed channel: the callback gets the error, or else 'error' is emitted."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace, watch


def parent() -> None:
    def on_sent(error: Exception | None) -> None:
        trace("parent", "callback", error)
        trace("parent", "without one", child.send("later"))

    child = start_part("child")
    watch(child, "parent", "error", "exit")
    child.on(
        "disconnect",
        lambda: trace("parent", "with a callback", child.send("late", callback=on_sent)),
    )


def child() -> None:
    process.on("error", lambda error: trace("child", "error", error))
    process.disconnect()
    trace("child", "sent", process.send("late"))


play_parts(parent=parent, child=child)
