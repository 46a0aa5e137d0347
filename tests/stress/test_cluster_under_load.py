"""A cluster while much is going on: workers die, are replaced, and leave; nobody is lied to."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import netserve
from tests.programs import Program, Start
from tests.stress.programs_load import judge

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.timeout(60),
]

PATIENCE = 20.0
AT_ONCE = 100
Outcome = str
Ask = Callable[[int], Awaitable[Outcome]]


class Processes:
    """A primary and its workers, as the system sees them."""

    def __init__(self, primary: int) -> None:
        self.primary = primary

    def workers(self) -> list[int]:
        """Its children, zombies too."""
        return [
            int(each) for each in self._read(f"task/{self.primary}/children").split()
        ]

    def zombies(self) -> list[int]:
        """Children that are over, and that nobody has asked about."""
        found = []
        for pid in self.workers():
            with contextlib.suppress(FileNotFoundError):
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
                found += [pid] * (state == "Z")
        return found

    def descriptors(self) -> int:
        """How many the primary has open."""
        return len(os.listdir(f"/proc/{self.primary}/fd"))

    def resident(self) -> int:
        """Bytes of memory that the primary has."""
        return int(self._read("statm").split()[1]) * os.sysconf("SC_PAGESIZE")

    def _read(self, name: str) -> str:
        return Path(f"/proc/{self.primary}/{name}").read_text()


class Cluster:
    """The program of `programs_load`, and what it has told."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.processes = Processes(program.process.pid)
        self.up: set[int] = set()
        self.ever: set[int] = set()
        self.port = 0

    async def until_up(self, count: int) -> None:
        """Waits until so many workers listen."""
        async with asyncio.timeout(PATIENCE):
            while len(self.up) < count:
                await self.hear()

    async def hear(self) -> None:
        """The next thing that it tells."""
        what, pid, *rest = json.loads(await asyncio.to_thread(self.program.line))
        if what == "listening":
            self.up.add(pid)
            self.ever.add(pid)
            (self.port,) = rest
        else:
            self.up.discard(pid)


@pytest.fixture
def load(python: Start) -> Callable[[str, int], Cluster]:
    """Starts the program with a policy and so many workers."""

    def start(policy: str, count: int) -> Cluster:
        return Cluster(python("-m", "tests.stress.programs_load", policy, str(count)))

    return start


async def ask(port: int, number: int) -> tuple[Outcome, int]:
    """One client: what it got, and from which worker."""
    try:
        async with await netserve.open_connection(port, "127.0.0.1") as client:
            client.write(b"%d\n" % number)
            return judge(number, await client.read())
    except OSError:
        return "failed", 0


async def echo(port: int, number: int) -> Outcome:
    """One client of an echo server."""
    data = b"%d," % number * (number % 500 + 1)
    try:
        async with await netserve.open_connection(port, "127.0.0.1") as client:
            client.end(data)
            got = await client.read()
    except OSError:
        return "failed"
    if got == data:
        return "right"
    return "cut" if data.startswith(got) else "wrong"


async def crowd(one: Ask, numbers: Iterator[int], at_once: int = AT_ONCE) -> Counter[Outcome]:
    """So many clients at once, until there are no more numbers: the outcomes, counted."""
    outcomes: Counter[Outcome] = Counter()

    async def client() -> None:
        for number in numbers:
            outcomes[await one(number)] += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(client())
    return outcomes


async def every_second(action: Callable[[], Any], seconds: float = 1.0) -> None:
    """Until it is cancelled."""
    while True:
        await asyncio.sleep(seconds)
        action()


@contextlib.asynccontextmanager
async def meanwhile(action: Callable[[], Any], seconds: float = 1.0) -> Any:
    """Does something again and again while the block runs."""
    task = asyncio.create_task(every_second(action, seconds))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("anyio_backend", [("asyncio", {"use_uvloop": True})], indirect=True)
async def test_fifty_thousand_connections_while_workers_are_killed(load: Any):
    cluster: Cluster = load("rr", 2)
    await cluster.until_up(2)
    processes = cluster.processes

    async def one(number: int) -> Outcome:
        return (await ask(cluster.port, number))[0]

    await crowd(one, iter(range(2_000)))
    descriptors, memory = processes.descriptors(), processes.resident()
    killed: list[int] = []

    def kill_one() -> None:
        # The oldest, so that each is killed after it has worked for a while.
        killed.append(min(processes.workers()))
        kill(killed[-1])

    async with meanwhile(kill_one):
        outcomes = await crowd(one, iter(range(50_000)))
    assert outcomes.total() == 50_000
    assert outcomes["wrong"] == 0
    assert outcomes["right"] > 49_500, outcomes
    print("XX", outcomes, len(killed), processes.resident()-memory, processes.descriptors()-descriptors)
    assert killed
    # Every one that was killed is over and replaced, and then all is as before.
    async with asyncio.timeout(PATIENCE):
        while len(cluster.ever) < 2 + len(set(killed)) or len(cluster.up) < 2:
            await cluster.hear()
    assert await crowd(one, iter(range(100)), 10) == {"right": 100}
    assert processes.zombies() == []
    assert processes.descriptors() <= descriptors
    assert processes.resident() - memory < 4_000_000
    cluster.program.signal(signal.SIGTERM)
    code, _, errors = await asyncio.to_thread(cluster.program.result)
    assert code == 0, errors
    assert [pid for pid in cluster.ever if Path(f"/proc/{pid}").exists()] == []


async def listening(program: Program) -> int:
    """The port that `netserve serve` says."""
    return await asyncio.to_thread(program.port)


async def until_said(program: Program, text: str) -> None:
    """Waits for a line that begins so."""
    async with asyncio.timeout(PATIENCE):
        while not (await asyncio.to_thread(program.line)).startswith(text):
            pass


SERVE = ("examples.echo:on_connection", "--host", "127.0.0.1", "--port", "0")


async def test_workers_of_the_command_line_are_killed(netserve_serve: Start):
    program = netserve_serve(*SERVE, "--workers", "2")
    port = await listening(program)
    processes = Processes(program.process.pid)
    await crowd(lambda number: echo(port, number), iter(range(500)), 20)
    seen = set(processes.workers())

    def kill_one() -> None:
        seen.update(processes.workers())
        kill(min(processes.workers()))

    async with meanwhile(kill_one, 0.5):
        outcomes = await crowd(lambda number: echo(port, number), iter(range(8_000)), 50)
    assert outcomes["wrong"] == 0
    assert outcomes["right"] > 7_500, outcomes
    print("XX", outcomes)
    seen.update(processes.workers())
    assert len(seen) > 2, "some were killed and replaced"
    program.signal(signal.SIGTERM)
    code, _, errors = await asyncio.to_thread(program.result)
    assert code == 0, errors
    assert "Traceback" not in errors
    assert [pid for pid in seen if Path(f"/proc/{pid}").exists()] == []


@pytest.mark.parametrize("schedule", ["rr", "least", "shared"])
async def test_nobody_notices_that_all_workers_are_replaced(netserve_serve: Start, schedule: str):
    program = netserve_serve(*SERVE, "--workers", "2", "--schedule", schedule)
    port = await listening(program)
    processes = Processes(program.process.pid)
    before = set(processes.workers())
    done = False
    numbers = itertools.takewhile(lambda _: not done, itertools.count())
    clients = asyncio.create_task(crowd(lambda number: echo(port, number), numbers, 20))
    for _ in range(2):
        program.signal(signal.SIGHUP)
        await until_said(program, "Replaced")
    done = True
    outcomes = await clients
    print("XX", outcomes)
    assert set(outcomes) == {"right"}, outcomes
    assert outcomes["right"] > 100
    assert not before & set(processes.workers())


@pytest.mark.parametrize("schedule", ["rr", "least", "shared"])
async def test_open_connections_finish_after_sigterm(netserve_serve: Start, schedule: str):
    program = netserve_serve(*SERVE, "--workers", "2", "--schedule", schedule)
    port = await listening(program)
    workers = Processes(program.process.pid).workers()
    clients = [await netserve.open_connection(port, "127.0.0.1") for _ in range(20)]
    for client in clients:
        client.write(b"before")
    assert {await client.readexactly(6) for client in clients} == {b"before"}
    program.signal(signal.SIGTERM)
    await until_said(program, "Stopping")
    for client in clients:
        client.end(b"after" * 20_000)
    for client in clients:
        assert await client.read() == b"after" * 20_000
    code, _, errors = await asyncio.to_thread(program.result)
    assert (code, errors) == (0, "")
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []
    with pytest.raises(ConnectionRefusedError):
        await netserve.open_connection(port, "127.0.0.1")


async def test_sigterm_while_workers_are_coming_up(netserve_serve: Start):
    program = netserve_serve(*SERVE, "--workers", "4")
    await listening(program)  # the first of them
    program.signal(signal.SIGTERM)
    code, _, errors = await asyncio.to_thread(program.result)
    assert (code, errors) == (0, "")


@pytest.mark.parametrize("policy", ["rr", "least"])
@pytest.mark.parametrize("burst", [1, 50])
async def test_eight_workers_get_the_same(load: Any, policy: str, burst: int):
    cluster: Cluster = load(policy, 8)
    await cluster.until_up(8)
    shares: Counter[int] = Counter()
    for first in range(0, 800, burst):
        numbers = range(first, first + burst)
        answers = await asyncio.gather(*(ask(cluster.port, number) for number in numbers))
        assert {outcome for outcome, _ in answers} == {"right"}
        shares.update(worker for _, worker in answers)
    assert len(shares) == 8
    print("XX", max(shares.values()))
    assert max(shares.values()) <= 1.10 * 800 / 8, shares
