"""Plays programs (see generate.py) with netserve. world.js is its twin, name for name.

In: one JSON program for each line. Out: one JSON line for each, `{seed, trace}`.
"""

import asyncio
import codecs
import functools
import hashlib
import json
import math
import os
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import netserve

DEADLINE = 20  # seconds for one program
TURN = 0.001  # seconds
QUIET_TURNS = 5
SLACK = 0.1  # seconds that an idle time is waited for beyond its end
EVENTS = ["connect", "ready", "end", "finish", "drain", "timeout", "pause", "resume", "pipe"]
EVENTS += ["unpipe", "close"]

# What pipes say when all sockets go depends on who goes first.
FLOW = ("pause", "resume", "unpipe")

# Bytes whose place shows in their value, with characters of one to four bytes.
PATTERN = "".join(f"{number:x}é€😀z" for number in range(4096)).encode()

directory, together = sys.argv[1], int(sys.argv[2])
# "uvloop", or "uvloop+await": with that, every listener is a coroutine function.
loop_name, _, awaits = sys.argv[3].partition("+")


def pattern(start: int, size: int) -> bytes:
    start %= len(PATTERN)
    return (PATTERN * (1 + (start + size) // len(PATTERN)))[start : start + size]


def listener(function: Callable[..., object]) -> Callable[..., object]:
    """A function as a listener of the kind that this process plays with."""
    if not awaits:
        return function

    async def listen(*details: object) -> None:
        function(*details)

    return listen


def code(error: BaseException | None) -> str | None:
    return None if error is None else getattr(error, "code", None) or str(error)


class Actor:
    def __init__(self, world: "World", name: str, socket: netserve.Socket) -> None:
        self.world = world
        self.name = name
        self.socket = socket
        self.written = 0  # where in the pattern the next write begins
        self.received = 0
        self.digest = hashlib.md5()
        self.reactions = dict(world.program["on"].get(name, {}))
        self.encoded = False
        self.closed = False
        self.data_listeners = listener(self.on_data), listener(self.also_on_data)
        self.listen()

    def listen(self) -> None:
        deaf = self.name in self.world.program["deaf"]
        self.socket.on("error", listener(lambda error: self.trace("error", code(error))))
        for event in ["connect"] if deaf else EVENTS:
            tell = functools.partial(self.happened, event)
            self.socket.on(event, listener(tell))

    def happened(self, event: str, *details: object) -> None:
        details = details if event == "close" else ()
        if event in ("end", "close"):
            details = (*details, self.sum())
        self.trace(event, *details)
        self.react(event)

    def trace(self, event: str, *details: object) -> None:
        self.world.trace(self.name, event, *details)

    def react(self, event: str) -> None:
        # What happens behind 'close' makes no difference, and is not told alike.
        if self.closed:
            return
        self.closed = event == "close"
        for operation in self.reactions.pop(event, ()):
            self.world.perform(operation)

    def also_on_data(self, _chunk: bytes | str) -> None:
        pass

    def on_data(self, chunk: bytes | str) -> None:
        whole = chunk.encode() if isinstance(chunk, str) else chunk
        self.received += len(whole)
        self.digest.update(whole)
        self.world.activity += 1
        self.react("data")

    def sum(self) -> list[object]:
        return [self.received, self.digest.hexdigest()[:8]]

    def next(self, size: int) -> bytes:
        part = pattern(self.written, size)
        self.written += size
        return part

    def state(self) -> dict[str, object]:
        socket = self.socket
        return {
            "ready_state": socket.ready_state,
            "connecting": socket.connecting,
            "pending": socket.pending,
            "destroyed": socket.destroyed,
            "closed": socket.closed,
            "errored": code(socket.errored),
            "readable": socket.readable,
            "writable": socket.writable,
            "readable_ended": socket.readable_ended,
            "writable_ended": socket.writable_ended,
            "writable_finished": socket.writable_finished,
            "writable_length": socket.writable_length,
            "need_drain": socket.writable_need_drain,
            "readable_length": socket.readable_length,
            "paused": socket.is_paused(),
            "bytes_read": socket.bytes_read,
            "bytes_written": socket.bytes_written,
            "timeout": socket.timeout or 0,
            "received": self.sum(),
            "mark": socket.readable_high_water_mark,
            "encoded": self.encoded,
        }

    # What a program tells a socket. The answer is traced.

    def write(self, size: int, kind: str) -> object:
        data = self.next(size)
        if kind == "text":
            return self.socket.write(data.decode("latin1"), "latin1")
        if kind == "bytes":
            return self.socket.write(data)
        number = self.written

        def written(error: BaseException | None = None) -> None:
            self.world.trace(f"{self.name} callbacks", "written", number, code(error))

        return self.socket.write(data, callback=written)

    def end(self, size: int | None, kind: str) -> None:
        data = None if size is None else self.next(size)
        if kind == "text" and data:
            self.socket.end(data.decode("latin1"), "latin1")
        elif kind == "bytes+callback":

            def over(error: BaseException | None = None) -> None:
                self.world.trace(f"{self.name} callbacks", "over", code(error))

            self.socket.end(data, callback=over)
        else:
            self.socket.end(data)

    def connect(self) -> None:
        self.socket.connect(**self.world.where)

    def data(self) -> None:
        first, second = self.data_listeners
        self.socket.on("data", second if first in self.socket.listeners("data") else first)

    def nodata(self) -> None:
        for each in self.data_listeners:
            self.socket.off("data", each)

    def pause(self) -> None:
        self.socket.pause()

    def resume(self) -> None:
        self.socket.resume()

    def destroy(self, failing: bool) -> None:
        self.socket.destroy(Exception("on purpose") if failing else None)

    def destroy_soon(self) -> None:
        self.socket.destroy_soon()

    def reset(self) -> None:
        self.socket.reset_and_destroy()

    def cork(self) -> None:
        self.socket.cork()

    def uncork(self) -> None:
        self.socket.uncork()

    def set_encoding(self, name: str) -> None:
        self.encoded = True
        self.socket.set_encoding(name)

    def set_timeout(self, seconds: float) -> None:
        self.world.timeouts[self.name] = seconds
        self.socket.set_timeout(seconds)

    def set_no_delay(self) -> None:
        self.socket.set_no_delay(True)

    def ref(self) -> None:
        self.socket.ref()

    def unref(self) -> None:
        self.socket.unref()

    def unpipe(self, _destination: None) -> None:
        self.socket.unpipe()

    def pipe(self, name: str, end: bool) -> None:
        destination = self.world.actors.get(name)
        if destination is not None:
            self.socket.pipe(destination.socket, end=end)


class Host:
    def __init__(self, world: "World", options: dict[str, Any]) -> None:
        self.world = world
        options = {key: value for key, value in options.items() if key != "close_early"}
        self.server = netserve.create_server(**options, no_delay=True)
        self.server.on("connection", listener(world.connected))
        self.server.on("close", lambda: world.trace("S", "close"))
        self.server.on("error", lambda error: world.trace("S", "error", code(error)))

    def close(self) -> None:
        self.server.close(lambda error=None: self.world.trace("S", "closed", code(error)))

    def get_connections(self) -> None:
        self.server.get_connections(lambda _, count: self.world.trace("S", "count", count))

    def ref(self) -> None:
        self.server.ref()

    def unref(self) -> None:
        self.server.unref()

    def state(self) -> dict[str, object]:
        return {"listening": self.server.listening}


class World:
    def __init__(self, program: dict[str, Any]) -> None:
        self.program = program
        self.lines: list[list[object]] = []
        self.actors: dict[str, Any] = {}
        self.accepted = 0
        self.activity = 0
        self.timeouts: dict[str, float] = {}
        self.where: dict[str, Any] = {}
        self.over = False
        self.finishing = False

    def trace(self, who: str, event: str, *details: object) -> None:
        if not (self.over or (self.finishing and event in FLOW)):
            self.activity += 1
            self.lines.append([who, event, *details])

    def connected(self, socket: netserve.Socket) -> None:
        name = f"P{self.accepted}"
        self.accepted += 1
        self.trace("S", "connection", name)
        self.actors[name] = Actor(self, name, socket)
        self.actors[name].react("connection")
        everyone = self.accepted == len(self.program["clients"])
        if self.program["server"]["close_early"] and everyone:
            self.perform(["S", "close"])

    def perform(self, operation: list[Any]) -> None:
        name, verb, *details = operation
        actor = self.actors.get(name)
        if actor is None or self.over:
            return
        self.trace(name, f"> {verb}", *details)
        try:
            answer = getattr(actor, verb)(*details)
        except Exception as error:
            if not hasattr(error, "code"):
                traceback.print_exc()
            self.trace(name, f"! {verb}", code(error))
        else:
            if isinstance(answer, bool):
                self.trace(name, f"< {verb}", answer)

    def sockets(self) -> list[netserve.Socket]:
        return [actor.socket for actor in self.actors.values() if isinstance(actor, Actor)]

    def sum(self) -> int:
        moved = (socket.bytes_read + socket.writable_length * 7 for socket in self.sockets())
        return self.activity + sum(moved)

    async def quiet(self) -> None:
        """Waits until nothing happens any more."""
        short = [seconds for seconds in self.timeouts.values() if 0 < seconds < 1]
        wait = max(short) + SLACK if short else 0
        last, turns, since = math.nan, 0, time.monotonic()
        while turns < QUIET_TURNS or time.monotonic() - since < wait:
            await asyncio.sleep(TURN)
            now = self.sum()
            turns = turns + 1 if now == last else 0
            if now != last:
                since = time.monotonic()
            last = now

    def snapshot(self) -> None:
        for name, actor in list(self.actors.items()):
            self.trace(name, "=", actor.state())

    async def play(self) -> None:
        program = self.program
        host = self.actors["S"] = Host(self, program["server"])
        file = os.path.join(directory, f"{program['seed']}.sock")
        if program["transport"] == "path":
            await self.listen(host.server, path=file)
            self.where = {"path": file}
        else:
            await self.listen(host.server, port=0, host="127.0.0.1")
            self.where = {"port": host.server.address().port, "host": "127.0.0.1"}
        for number, options in enumerate(program["clients"]):
            name = f"C{number}"
            self.actors[name] = Actor(self, name, netserve.Socket(**options, no_delay=True))
        for step in program["steps"]:
            for operation in step:
                self.perform(operation)
            await self.quiet()
            self.snapshot()
        await self.finish(host)

    async def listen(self, server: netserve.Server, **where: Any) -> None:
        listening = asyncio.get_running_loop().create_future()
        server.listen(**where, callback=lambda: listening.set_result(None))
        await listening

    async def finish(self, host: Host) -> None:
        self.timeouts = {}
        self.finishing = True
        for socket in self.sockets():
            socket.destroy()
        await self.quiet()
        if host.server.listening:
            host.server.close()
        await self.quiet()
        self.snapshot()
        self.over = True

    def abandon(self) -> None:
        """For a program that hangs: lets everything go."""
        self.over = True
        for socket in self.sockets():
            socket.destroy()
        self.actors["S"].server.close()


async def run(program: dict[str, Any]) -> None:
    world = World(program)
    outcome = None
    try:
        async with asyncio.timeout(DEADLINE):
            await world.play()
    except TimeoutError:
        outcome = "hung"
    except Exception:
        outcome = traceback.format_exc()
    if outcome:
        world.abandon()
    print(json.dumps({"seed": program["seed"], "trace": world.lines, "outcome": outcome}))


async def main() -> None:
    programs = [json.loads(line) for line in sys.stdin]
    programs.reverse()

    async def worker() -> None:
        while programs:
            await run(programs.pop())

    await asyncio.gather(*(worker() for _ in range(together)))


def play(factory: Callable[[], Any] | None, main: Callable[[], Awaitable[None]]) -> None:
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main())


if __name__ == "__main__":
    factory = None
    if loop_name == "uvloop":
        import uvloop

        factory = uvloop.new_event_loop
    # The decoder of this encoding is looked up here, not in the middle of a program.
    codecs.lookup("latin1")
    play(factory, main)
