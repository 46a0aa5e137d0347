"""A message of a megabyte arrives whole, in both directions."""

from typing import Any

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace

TEXT = "ä😀\u2028" * 120_000


def parent() -> None:
    def on_message(message: dict[str, Any], _handle: None) -> None:
        trace("parent", "message", message["text"] == TEXT, message["count"])
        child.disconnect()

    child = start_part("child")
    child.on("message", on_message)
    child.send({"text": TEXT})


def child() -> None:
    def on_message(message: dict[str, Any], _handle: None) -> None:
        trace("child", "message", message["text"] == TEXT)
        process.send({"text": TEXT, "count": len(message["text"])})

    process.on("message", on_message)


play_parts(parent=parent, child=child)
