"""Plays cases: `python -m tests.stress.fuzz.run SIDE FIRST COUNT`. Case n is always the same.

Prints the growth of its memory as JSON; a case that fails ends the program with a traceback that
begins with the case's number.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import os
import random
import resource
import socket
import sys
import tempfile
from collections.abc import Coroutine
from typing import Any

import netserve
from netserve._processes.ipc import Peer
from netserve._processes.ipc.advanced import decode
from netserve._runtime import Runtime, current

from .sides import SIDES, Side, Sources
from .words import Words

TURNS = 200  # of the reactor, at most, until a closed channel is gone


class Case:
    """One channel, from its beginning to its end."""

    def __init__(self, kind: str, seed: int, runtime: Runtime, sources: Sources) -> None:
        self.rng = rng = random.Random(f"{kind} {seed}")
        self.runtime = runtime
        self.sources = sources
        self.serialization = "advanced" if rng.random() < 0.2 else "json"
        self.words = Words(rng, self.serialization, sources.listening)
        self.other, theirs = socket.socketpair()
        self.other.setblocking(False)
        self.side: Side = SIDES[kind](rng, runtime, theirs.detach(), self.serialization)
        self.got = b""
        # The program has asked for its own end.
        self.exited = False

    def play(self) -> None:
        """Everything that is said, the end, and what should be true then."""
        try:
            self._talk()
        except (BrokenPipeError, ConnectionResetError):
            pass  # our end was closed for what we said
        finally:
            self.other.close()
        for _ in range(TURNS):
            if self.side.gone:
                break
            self._turn()
        assert self.side.gone, "the end was not noticed"
        assert not self.side.peer.connected
        assert self.side.peer.channel is None
        self.side.end()
        self._turn()
        self._turn()

    def _talk(self) -> None:
        rng = self.rng
        said = [(self.words.frame(each), []) for each in self.side.first_words(self.words)]
        self._say(said)
        for _ in range(rng.randrange(4)):
            self._say([self._next() for _ in range(rng.randrange(1, 4))])
            if rng.random() < 0.3:
                self.side.meddle()
            if rng.random() < 0.7:
                self._turn()
                self._listen()
        if rng.random() < 0.2:
            self.other.shutdown(socket.SHUT_WR)
            self._turn()

    def _next(self) -> tuple[bytes, list[int]]:
        rng, words = self.rng, self.words
        if rng.random() < 0.08:
            return words.oddity(), self._descriptors(0.1)
        kind = rng.random()
        worker = isinstance(self.side, SIDES["worker"])
        message: Any = None
        if worker and kind < 0.5:
            message = words.reply() if kind < 0.2 else words.dealt()
            if kind < 0.05:
                message = words.handle(0, message, "net.Native")
        else:
            message = words.message()
        command = message.get("cmd") if isinstance(message, dict) else None
        return words.frame(message), self._descriptors(0.8 if command == "NODE_HANDLE" else 0.04)

    def _descriptors(self, chance: float) -> list[int]:
        rng = self.rng
        if rng.random() > chance:
            return []
        count = 1 if rng.random() < 0.85 else rng.choice([2, 3, 9, 40])
        return [rng.choice(self.sources.fds) for _ in range(count)]

    def _say(self, said: list[tuple[bytes, list[int]]]) -> None:
        rng = self.rng
        rest = b""
        for data, fds in said:
            data = rest + data
            rest = b""
            if rng.random() < 0.2:
                at = rng.randrange(len(data) + 1)
                data, rest = data[:at], data[at:]
            while data:
                at = len(data) if rng.random() < 0.8 else rng.randrange(1, len(data) + 1)
                self._send(data[:at], fds)
                data, fds = data[at:], []
        if rest and rng.random() < 0.9:
            self._send(rest, [])

    def _send(self, data: bytes, fds: list[int]) -> None:
        while data:
            try:
                sent = socket.send_fds(self.other, [data], fds) if fds else self.other.send(data)
            except BlockingIOError:
                self._turn()
                self._listen()
                if self.side.gone:
                    raise BrokenPipeError from None
                continue
            data, fds = data[sent:], []

    def _turn(self) -> None:
        try:
            self.runtime.reactor.poll(True)
        except SystemExit:
            assert not self.exited, "it wanted to end twice"
            self.exited = True

    def _listen(self) -> None:
        """Takes what was said to us, and understands some of it."""
        with contextlib.suppress(BlockingIOError, ConnectionResetError):
            data, fds, _, _ = socket.recv_fds(self.other, 1 << 16, 50)
            for fd in fds:
                os.close(fd)
            self.got += data
        for message in self._messages():
            if isinstance(message, dict) and str(message.get("cmd")).startswith("NODE_"):
                self.side.hear(message, self.words)

    def _messages(self) -> list[Any]:
        found: list[Any] = []
        if self.serialization == "json":
            *lines, self.got = self.got.split(b"\n")
            return [json.loads(line) for line in lines]
        while len(self.got) >= 4:
            end = 4 + int.from_bytes(self.got[:4], "big")
            if len(self.got) < end:
                break
            found.append(decode(self.got[4:end]))
            self.got = self.got[end:]
        return found


async def round_trip(runtime: Runtime) -> None:
    """A channel still does what it is for."""
    here, there = Peer(), Peer()
    for peer, end in zip((here, there), socket.socketpair(), strict=True):
        peer._open_channel(runtime, end.detach(), "json")
    answers: asyncio.Future[Any] = runtime.future()
    there.on("message", lambda message, handle: there.send([message], handle))
    here.on("message", lambda message, handle: answers.set_result((message, handle)))
    with socket.socket() as plain:
        here.send("back", plain)
        message, handle = await asyncio.wait_for(answers, 5)
    assert message == ["back"]
    handle.close()
    here.disconnect()
    while there.connected:
        await asyncio.sleep(0)


def resident() -> int:
    """Bytes of memory that this process has."""
    with open("/proc/self/statm") as numbers:
        return int(numbers.read().split()[1]) * resource.getpagesize()


def descriptors() -> int:
    """How many are open."""
    return len(os.listdir("/proc/self/fd"))


class Failed(Exception):
    """A case that did what it must not."""


class Player:
    """Plays cases one by one, and looks after each whether anything is left of it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.sources = Sources()
        self.runtime = current()
        self.errors: list[BaseException] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self._told(context))
        self.open = descriptors()
        self.active = self.runtime.reactor.active

    def _told(self, context: dict[str, Any]) -> None:
        source, error = context.get("netserve_source"), context.get("exception")
        if isinstance(source, netserve.Socket) and isinstance(error, OSError):
            return  # it broke while it waited for somebody to listen
        self.errors.append(error or RuntimeError(context["message"]))

    async def play(self, seed: int) -> None:
        """Plays a case. Raises `Failed`."""
        try:
            Case(self.kind, seed, self.runtime, self.sources).play()
            await asyncio.sleep(0)
            for error in self.errors:
                raise AssertionError("reported to the loop") from error
            self.check()
        except Exception as error:
            raise Failed(f"{self.kind} {seed}") from error

    def check(self) -> None:
        """Raises `AssertionError` if something is left."""
        if descriptors() != self.open:
            gc.collect()
            with contextlib.suppress(SystemExit):
                self.runtime.reactor.poll(True)
        assert descriptors() == self.open, "descriptors are left open"
        assert self.runtime.reactor.active == self.active, "something would keep the program alive"


async def main(kind: str, first: int, count: int, note: str | None) -> None:
    """Plays so many cases. The number of the one that is on is in the file `note`."""
    await round_trip(current())
    warm = 0
    with contextlib.nullcontext() if note is None else open(note, "r+b", buffering=0) as progress:
        player = Player(kind)
        for seed in range(first, first + count):
            if progress is not None:
                os.pwrite(progress.fileno(), b"%12d" % seed, 0)
            await player.play(seed)
            if seed - first == count // 4:
                gc.collect()
                warm = resident()
    await round_trip(player.runtime)
    gc.collect()
    player.sources.close()
    print(json.dumps({"growth": resident() - warm}))


def run(work: Coroutine[Any, Any, None]) -> None:
    """Runs it to its end, although a worker that is told to leave ends the loop."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        task = loop.create_task(work)
        while not task.done():
            with contextlib.suppress(SystemExit):
                loop.run_until_complete(task)
        assert not isinstance(task.exception(), SystemExit), "the player itself was told to leave"
        task.result()


if __name__ == "__main__":
    logging.getLogger("netserve").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        side, start, number, *where = sys.argv[1:]
        run(main(side, int(start), int(number), where[0] if where else None))
