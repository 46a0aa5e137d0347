"""A primary for a test, with real workers, and their end."""

from __future__ import annotations

import contextlib
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import netserve
from netserve import Socket
from netserve.cluster import SCHED_RR, Worker
from netserve.cluster._primary import Primary
from tests.behaviour.families import CHILDREN, coming, runs, until
from tests.behaviour.pairs import gone

WORKS = CHILDREN / "works.py"
LOCAL = {"port": 0, "host": "127.0.0.1"}


class Family:
    """A primary, its workers, and everything that they say."""

    def __init__(self, policy: Any = SCHED_RR, **settings: Any) -> None:
        self.primary = Primary(lambda: policy)
        self.primary.setup_primary(**{"exec": WORKS, "args": [], **settings})
        self.said: list[tuple[int, Any]] = []
        self.all: list[Worker] = []
        self.primary.on("message", lambda w, message, handle: self.said.append((w.id, message)))
        self.primary.on("fork", self.all.append)

    def start(self, count: int = 1, places: Any = None, **told: Any) -> list[Worker]:
        """Starts workers that listen on `places`; `told` goes into their environment."""
        env = {f"WORK_{name.upper()}": str(value) for name, value in told.items()}
        if places is not None:
            env["WORK_PLACES"] = json.dumps(places)
        return [self.primary.fork(env) for _ in range(count)]

    async def serving(self, count: int = 1, places: Any = None, **told: Any) -> Any:
        """Starts workers and waits until all listen; the port (or path) of the last's first."""
        for worker in self.start(count, places, **told):
            await self.hear(worker, "listening", len(places or [1]))
        where = min(self.heard(worker, "listening"))[2]
        return where if isinstance(where, str) else where[2]

    def heard(self, worker: Worker, what: str) -> list[Any]:
        """The messages of this kind from a worker."""
        return [said for number, said in self.said if number == worker.id and said[0] == what]

    async def hear(self, worker: Worker, what: str, count: int = 1) -> Any:
        """Waits for the so manieth message of this kind; the message."""
        await until(lambda: len(self.heard(worker, what)) >= count)
        return self.heard(worker, what)[count - 1]

    async def ask(self, worker: Worker, what: str, about: Any = None) -> Any:
        """Asks a worker something that it answers."""
        before = len(self.heard(worker, what))
        worker.send([what, about])
        return (await self.hear(worker, what, before + 1))[1]


@contextlib.asynccontextmanager
async def family(policy: Any = SCHED_RR, **settings: Any) -> AsyncIterator[Family]:
    """A primary; its workers are killed in the end."""
    one = Family(policy, **settings)
    try:
        yield one
    finally:
        await end(one)


async def end(one: Family) -> None:
    """Kills what is left of a cluster."""
    one.primary.lingers = False
    for worker in {*one.all, *one.primary.workers.values()}:
        worker.kill(signal.SIGCONT)
        worker.kill(signal.SIGKILL)
        if worker.process.pid is not None and not worker.is_dead():
            await coming(worker, "exit")
        for stream in worker.process.stdio:
            if stream is not None:
                await gone(stream)
    one.primary.close_handles()
    assert not [worker for worker in one.all if worker.process.pid and runs(worker.process.pid)]


async def who(where: Any) -> int:
    """Which worker serves a new connection, which then ends."""
    client, number = await client_of(where)
    await gone(client)
    return number


async def client_of(where: Any) -> tuple[Socket, int]:
    """A connection, and the worker that serves it."""
    place = {"path": where} if isinstance(where, str) else {"port": where, "host": "127.0.0.1"}
    client = await netserve.open_connection(**place)
    return client, int(await client.readline())


@contextlib.asynccontextmanager
async def clients(where: Any, count: int) -> AsyncIterator[list[tuple[Socket, int]]]:
    """Open connections, with the worker of each."""
    made = []
    try:
        for _ in range(count):
            made.append(await client_of(where))
        yield made
    finally:
        for client, _ in made:
            await gone(client)


async def shares(where: Any, count: int) -> Counter[int]:
    """How many connections each worker gets of so many, one after the other."""
    return Counter([await who(where) for _ in range(count)])
