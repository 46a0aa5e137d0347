"""A program that nobody forked has no channel."""

from netserve import process
from tests.conformance.scenario import play, trace


def main() -> None:
    process.on("message", lambda *_: trace("program", "message"))
    process.on("disconnect", lambda: trace("program", "disconnect"))
    trace("program", "connected", process.connected, process.channel)


play(main)
