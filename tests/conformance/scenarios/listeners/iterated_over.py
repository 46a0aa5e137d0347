"""Events can be iterated over: all of them, from the start, until one that ends it or an error."""

import asyncio

from netserve import EventEmitter, on
from tests.conformance.scenario import play, sleep, trace


async def follow(emitter: EventEmitter, who: str, events: on) -> None:
    try:
        async for details in events:
            trace(who, "event", *details)
        trace(who, "over", len(emitter.event_names()))
    except Exception as error:
        trace(who, "failed", error, len(emitter.event_names()))


async def main() -> None:
    one = EventEmitter()
    events = on(one, "event", close=["last"])
    one.emit("event", 1, "a")
    one.emit("event", 2)
    followed = asyncio.ensure_future(follow(one, "one", events))
    await sleep(0.02)
    one.emit("event", 3)
    one.emit("last")
    one.emit("event", 4)
    await followed
    two = EventEmitter()
    others = on(two, "event")
    two.emit("event", "first")
    two.emit("error", Exception("broken"))
    await follow(two, "two", others)


play(main)
