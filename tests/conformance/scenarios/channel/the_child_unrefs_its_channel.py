"""channel.unref() lets a child end though it listens; channel.ref() keeps one that does not."""

from netserve import process
from tests.conformance.scenario import later, once, play_parts, start_part, trace, watch


async def parent() -> None:
    listener = start_part("listener")
    watch(listener, "parent of the listener", "exit")
    await once(listener, "exit")
    waiter = start_part("waiter")
    watch(waiter, "parent of the waiter", "message", "exit")
    waiter.on("message", lambda *_: later(0.1, waiter.disconnect))


def listener() -> None:
    process.channel.unref()
    process.on("message", lambda *_: trace("listener", "message"))


def waiter() -> None:
    process.channel.ref()
    process.once("message", lambda *_: trace("waiter", "message"))
    process.remove_all_listeners("message")
    process.send("ready")


play_parts(parent=parent, listener=listener, waiter=waiter)
