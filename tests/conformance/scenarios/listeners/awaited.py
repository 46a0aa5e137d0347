"""An event can be awaited: its arguments come, or the error that came first."""

from netserve import EventEmitter, once
from tests.conformance.scenario import play, trace


async def main() -> None:
    emitter = EventEmitter()
    waiting = once(emitter, "event")
    emitter.emit("event", 1, "a")
    emitter.emit("event", 2)
    trace("emitter", "event", await waiting)
    waiting = once(emitter, "event")
    emitter.emit("error", Exception("first"))
    try:
        await waiting
    except Exception as error:
        trace("emitter", "failed", error)
    waiting = once(emitter, "error")
    emitter.emit("error", Exception("wanted"))
    trace("emitter", "error", await waiting)
    trace("emitter", "left", len(emitter.event_names()))


play(main)
