"""A cluster while much is going on: workers die, are replaced, and leave; nobody is lied to."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import uvloop

import netserve
from tests.programs import Program, Start
from tests.stress.amounts import amount
from tests.stress.programs_load import judge

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.timeout(60),
    pytest.mark.loops("uvloop"),  # one is enough: what is tested runs in other processes
]

PATIENCE = 20.0
SERVE = ("examples.echo:on_connection", "--host", "127.0.0.1", "--port", "0")

# In the development mode everything takes longer, and most of all the start of a worker.
CONNECTIONS = amount(10_000, 10_000 if sys.flags.dev_mode else 50_000)
KILL_EVERY = 3.0 if sys.flags.dev_mode else 0.5


@pytest.fixture
def load(python: Start) -> Callable[[str, int], Program]:
    """Starts the program of `programs_load` with a policy and so many workers."""
    return lambda policy, count: python("-m", "tests.stress.programs_load", policy, str(count))


class Processes:
    """A primary and its workers, as the system sees them."""

    def __init__(self, program: Program) -> None:
        self._folder = Path(f"/proc/{program.process.pid}")
        self.ever = set(self.workers())

    def workers(self) -> list[int]:
        """Its children, the oldest first; zombies too."""
        (children,) = self._folder.glob("task/*/children")
        return sorted(map(int, children.read_text().split()))

    def kill_the_oldest(self) -> bool:
        """SIGKILL, as from a system without memory. False if it is the last, whose successors a
        busy machine has not started yet."""
        workers = self.workers()
        self.ever.update(workers)
        if len(workers) < 2:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(workers[0], signal.SIGKILL)
        return True

    def zombies(self) -> list[int]:
        """Children that are over, and that nobody has asked about."""
        stats = {pid: Path(f"/proc/{pid}/stat").read_text() for pid in self.workers()}
        return [pid for pid, stat in stats.items() if stat.rpartition(")")[2].split()[0] == "Z"]

    def left(self) -> list[int]:
        """Workers of any time that still run."""
        return [pid for pid in self.ever if Path(f"/proc/{pid}").exists()]

    def descriptors(self) -> int:
        """How many the primary has open."""
        return len(os.listdir(self._folder / "fd"))

    def resident(self) -> int:
        """Bytes of memory that the primary has."""
        pages = int((self._folder / "statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE")


async def ask(port: int, number: int) -> tuple[str, int]:
    """One client of `programs_load`: what it got, and from which worker."""
    try:
        async with await netserve.open_connection(port, "127.0.0.1") as client:
            client.write(b"%d\n" % number)
            return judge(number, await client.read())
    except OSError as error:
        return ("refused" if isinstance(error, ConnectionRefusedError) else "failed"), 0


async def echo(port: int, number: int) -> str:
    """One client of an echo server: what it got."""
    data = b"%d," % number * (number % 500 + 1)
    try:
        async with await netserve.open_connection(port, "127.0.0.1") as client:
            client.end(data)
            got = await client.read()
    except OSError as error:
        return "refused" if isinstance(error, ConnectionRefusedError) else "failed"
    if got == data:
        return "right"
    return "cut" if data.startswith(got) else "wrong"


async def crowd(
    one: Callable[[int], Awaitable[str]], numbers: Iterable[int], at_once: int
) -> Counter[str]:
    """So many clients at once, until there are no more numbers: the outcomes, counted."""
    outcomes: Counter[str] = Counter()
    waiting = iter(numbers)

    async def client() -> None:
        for number in waiting:
            outcomes[await one(number)] += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(client())
    return outcomes


@contextlib.asynccontextmanager
async def again_and_again(action: Callable[[], bool], seconds: float) -> AsyncIterator[list[None]]:
    """Does something from time to time while the block runs. How often it was done is the list's
    length."""
    times: list[None] = []

    async def forever() -> None:
        while True:
            await asyncio.sleep(seconds)
            if action():
                times.append(None)

    task = asyncio.create_task(forever())
    try:
        yield times
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def listening(program: Program, count: int = 1) -> int:
    """The port, once so many lines have said it."""
    return [await asyncio.to_thread(program.port) for _ in range(count)][-1]


async def until_said(program: Program, text: str) -> None:
    """Waits for a line that begins so."""
    async with asyncio.timeout(PATIENCE):
        while not (await asyncio.to_thread(program.line)).startswith(text):
            pass


def stop(program: Program) -> str:
    """SIGTERM: it ends well, and this is what it said on the way."""
    program.signal(signal.SIGTERM)
    code, _, errors = program.result()
    assert code == 0, errors
    return errors


async def many_connections(program: Program, count: int, at_once: int) -> None:
    port = await listening(program, 2)
    processes = Processes(program)

    async def one(number: int) -> str:
        return (await ask(port, number))[0]

    await crowd(one, range(2_000), at_once)
    descriptors, memory = processes.descriptors(), processes.resident()
    async with again_and_again(processes.kill_the_oldest, KILL_EVERY) as kills:
        outcomes = await crowd(one, range(count), at_once)
    assert outcomes.total() == count
    assert kills
    # A worker takes its connections along, of which there can't be more than there are clients.
    assert outcomes["right"] >= count - len(kills) * at_once, outcomes
    assert set(outcomes) <= {"right", "failed", "cut"}, outcomes
    async with asyncio.timeout(PATIENCE):
        while len({(await ask(port, number))[1] for number in range(10)}) < 2:
            pass
    assert await crowd(one, range(100), 10) == {"right": 100}
    assert processes.zombies() == []
    assert processes.descriptors() <= descriptors
    assert processes.resident() - memory < 4_000_000
    processes.ever.update(processes.workers())
    assert len(processes.ever) > 2
    assert "Traceback" not in await asyncio.to_thread(stop, program)
    assert processes.left() == []


def test_many_connections_while_workers_are_killed(load: Any):
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(many_connections(load("rr", 2), CONNECTIONS, 100))


ECHOES = amount(4_000, 40_000)


async def test_workers_of_the_command_line_are_killed(netserve_serve: Start):
    program = netserve_serve(*SERVE, "--workers", "2")
    port = await listening(program)
    processes = Processes(program)
    async with again_and_again(processes.kill_the_oldest, 0.5) as kills:
        outcomes = await crowd(lambda number: echo(port, number), range(ECHOES), 50)
    assert kills
    assert outcomes["right"] >= ECHOES - len(kills) * 50, outcomes
    assert set(outcomes) <= {"right", "failed", "cut"}, outcomes
    processes.ever.update(processes.workers())
    assert len(processes.ever) > 2
    assert "Traceback" not in await asyncio.to_thread(stop, program)
    assert processes.left() == []


@pytest.mark.parametrize("schedule", ["rr", "least", "shared"])
async def test_nobody_notices_that_all_workers_are_replaced(netserve_serve: Start, schedule: str):
    program = netserve_serve(*SERVE, "--workers", "2", "--schedule", schedule)
    port = await listening(program)
    processes = Processes(program)
    replaced = False
    numbers = itertools.takewhile(lambda _: not replaced, itertools.count())
    clients = asyncio.create_task(crowd(lambda number: echo(port, number), numbers, 20))
    for _ in range(2):
        program.signal(signal.SIGHUP)
        await until_said(program, "Replaced")
    replaced = True
    outcomes = await clients
    assert outcomes["right"] > 100
    assert set(outcomes) == {"right"}, outcomes
    assert processes.left() == []
    assert len(processes.workers()) == 2
    assert await asyncio.to_thread(stop, program) == ""


@pytest.mark.parametrize("schedule", ["rr", "least", "shared"])
async def test_open_connections_finish_after_sigterm(netserve_serve: Start, schedule: str):
    program = netserve_serve(*SERVE, "--workers", "2", "--schedule", schedule)
    port = await listening(program)
    processes = Processes(program)
    clients = [await netserve.open_connection(port, "127.0.0.1") for _ in range(20)]
    for client in clients:
        client.write(b"before")
    assert {await client.readexactly(6) for client in clients} == {b"before"}
    ended = asyncio.create_task(asyncio.to_thread(stop, program))
    while await echo(port, 1) != "refused":
        pass
    for client in clients:
        client.end(b"after" * 20_000)
    for client in clients:
        assert await client.read() == b"after" * 20_000
    assert await ended == ""
    assert processes.left() == []


async def test_sigterm_while_workers_are_coming_up(netserve_serve: Start):
    program = netserve_serve(*SERVE, "--workers", "4")
    await listening(program)  # the first of them
    processes = Processes(program)
    assert await asyncio.to_thread(stop, program) == ""
    assert processes.left() == []


# A worker that the system lets wait keeps its connections for longer, and gets fewer by "least".
@pytest.mark.parametrize(("policy", "most"), [("rr", 1.1), ("least", 1.5)])
async def test_eight_workers_get_the_same(load: Any, policy: str, most: float):
    port = await listening(load(policy, 8), 8)
    for burst in (1, 50):
        shares: Counter[int] = Counter()
        for first in range(0, 800, burst):
            numbers = range(first, first + burst)
            answers = await asyncio.gather(*(ask(port, number) for number in numbers))
            assert {outcome for outcome, _ in answers} == {"right"}
            shares.update(worker for _, worker in answers)
        assert len(shares) == 8, burst
        assert max(shares.values()) <= most * 800 / 8, (burst, shares)
