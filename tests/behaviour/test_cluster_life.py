"""A cluster: what becomes of connections when a worker goes, or the primary."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import select
import signal
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

import netserve
from netserve import Socket, cluster
from netserve._core import Channel
from netserve.cluster import SCHED_LEAST, SCHED_RR, Worker
from tests.behaviour.clusters import WORKS, client_of, clients, family, shares, who
from tests.behaviour.families import coming, frozen, until
from tests.behaviour.pairs import gone

# One loop is enough: what is tested runs in other processes.
pytestmark = pytest.mark.loops("asyncio")


@pytest.fixture(params=["json", "advanced"])
def serialization(request):
    return request.param


# Workers that go


async def test_a_child_that_a_worker_forks_closes_its_copies_and_the_worker_serves_on():
    async with family() as one:
        port = await one.serving(1)
        assert await one.ask(one.all[0], "fork", 0) == 0
        assert await who(port) == 1


async def test_what_a_worker_did_not_accept_is_given_to_another(serialization):
    async with family(serialization=serialization) as one:
        port = await one.serving(2)
        first, second = one.all
        with frozen(first.process.pid):
            waiting = [asyncio.ensure_future(client_of(port)) for _ in range(4)]
            # One of them is with the frozen worker, and stays there until that dies.
            await until(lambda: sum(future.done() for future in waiting) == 3)
            first.kill(signal.SIGKILL)
        for client, number in await asyncio.gather(*waiting):
            assert number == second.id
            await gone(client)


async def test_what_waits_for_the_only_worker_is_served_by_the_next():
    async with family() as one:
        port = await one.serving(1)
        one.primary.lingers = True
        with frozen(one.all[0].process.pid):
            waiting = [asyncio.ensure_future(client_of(port)) for _ in range(4)]
            await asyncio.sleep(0.02)  # nobody tells of what was dealt to a frozen worker
            one.all[0].kill(signal.SIGKILL)
        await coming(one.all[0], "exit")
        (second,) = one.start(1, [{"port": port, "host": "127.0.0.1"}])
        # Port 0 is asked for by the name of port 0.
        (third,) = one.start(1)
        for client, number in await asyncio.gather(*waiting):
            assert number == third.id
            await gone(client)
        assert second.id != third.id


async def test_a_frozen_worker_holds_up_nobody_else():
    async with family() as one:
        port = await one.serving(2)
        with frozen(one.all[0].process.pid):
            made = [asyncio.ensure_future(client_of(port)) for _ in range(12)]
            await until(lambda: sum(future.done() for future in made) >= 11)
        numbers = Counter()
        for client, number in await asyncio.gather(*made):
            numbers[number] += 1
            await gone(client)
        assert numbers[1] <= 1


async def test_disconnect_from_the_primary_waits_for_open_connections():
    async with family() as one:
        port = await one.serving(2)
        first = one.all[0]
        async with clients(port, 2) as made:
            client = next(client for client, number in made if number == first.id)
            over, closed = coming(first, "exit"), coming(first, "disconnect")
            assert first.disconnect() is first
            assert await shares(port, 3) == {2: 3}
            assert not over.done()
            client.write(b"still here")
            assert await client.readexactly(10) == b"still here"
            client.end()
            await closed
            assert await over == (0, None)
        assert first.exited_after_disconnect is True
        assert first.is_dead()
        assert not first.is_connected()
        assert set(one.primary.workers) == {2}


@pytest.mark.parametrize(("how", "cut"), [("leave", False), ("kill", True)])
async def test_a_worker_that_goes_by_itself_exits_with_0(how, cut):
    async with family() as one:
        port = await one.serving(1)
        (worker,) = one.all
        async with clients(port, 1) as made:
            over = coming(worker, "exit")
            told = coming(one.primary, "exit")
            worker.send([how, None])
            if not cut:
                await until(lambda: worker.exited_after_disconnect or not one.primary._handles)
                assert not over.done()
                made[0][0].end()
            assert await over == (0, None)
            assert await told == (worker, 0, None)
        assert worker.exited_after_disconnect is True


async def test_a_killed_worker_did_not_leave_by_itself():
    async with family() as one:
        port = await one.serving(2)
        first = one.all[0]
        over = coming(first, "exit")
        first.kill()
        assert await over == (None, signal.SIGTERM)
        assert first.exited_after_disconnect is False
        assert await shares(port, 2) == {2: 2}


async def test_disconnecting_all_calls_back_when_they_are_gone():
    async with family() as one:
        port = await one.serving(2)
        over = [coming(worker, "exit") for worker in one.all]
        done = asyncio.get_running_loop().create_future()
        one.primary.disconnect(lambda: done.set_result(dict(one.primary.workers)))
        assert await done == {}
        with pytest.raises(ConnectionRefusedError):
            await who(port)
        assert await asyncio.gather(*over) == [(0, None), (0, None)]
        again = asyncio.get_running_loop().create_future()
        one.primary.disconnect(lambda: again.set_result(True))
        assert await again


async def test_events_of_a_workers_life_come_in_order():
    async with family() as one:
        seen = []
        for event in ("fork", "online", "listening", "disconnect", "exit"):
            one.primary.on(event, lambda worker, *_, event=event: seen.append((event, worker.id)))
        await one.serving(1)
        over = coming(one.all[0], "exit")
        one.all[0].disconnect()
        await over
        await until(lambda: len(seen) == 5)
        assert seen == [(e, 1) for e in ("fork", "online", "listening", "disconnect", "exit")]


async def test_messages_of_a_worker_come_to_it_and_to_the_cluster():
    async with family() as one:
        await one.serving(1)
        (worker,) = one.all
        at_worker, at_cluster = coming(worker, "message"), coming(one.primary, "message")
        worker.send(["echo", "hello"])
        assert await at_worker == (["echo", "hello"], None)
        assert await at_cluster == (worker, ["echo", "hello"], None)


async def test_an_error_in_a_clusters_listener_is_reported(reports):
    async with family() as one:
        one.primary.once("online", lambda worker: 1 / 0)
        await one.serving(1)
        assert isinstance(await reports.next(), ZeroDivisionError)
        assert await one.ask(one.all[0], "echo", 1) == 1


def test_a_program_that_nobody_forked_is_a_primary():
    assert (cluster.is_primary, cluster.is_worker, cluster.worker) == (True, False, None)


# A primary that goes

PRIMARY = f"""
import netserve
from netserve import cluster
cluster.setup_primary(exec={str(WORKS)!r}, args=[])
def on_listening(worker, address):
    print(worker.process.pid, flush=True)
    if len(pids) == 1:
        print(f":{{address.port}}", flush=True)
    pids.append(worker.process.pid)
pids = []
cluster.on("listening", on_listening)
cluster.fork(); cluster.fork()
netserve.run()
"""


def test_when_the_primary_is_killed_open_connections_finish_and_the_port_is_closed(python, client):
    program = python("-c", PRIMARY)
    pids = [int(program.line()), int(program.line())]
    port = program.port()
    talkers = [client(port), client(port)]
    assert {talker.reader.readline() for talker in talkers} == {b"1\n", b"2\n"}
    watched = [os.pidfd_open(pid) for pid in pids]
    try:
        program.signal(signal.SIGKILL)
        program.process.wait(10)
        for talker in talkers:
            assert talker.ask(b"still here") == b"still here"
        with pytest.raises(ConnectionRefusedError):
            client(port)
        for talker in talkers:
            talker.close()
        for fd in watched:
            wait_for(fd)
    finally:
        for fd in watched:
            os.close(fd)


def wait_for(fd: int) -> None:
    """Waits for the end of a process that is not a child."""
    readable, _, _ = select.select([fd], [], [], 10)
    assert readable, "a worker outlived its primary"


def test_an_idle_worker_goes_when_its_primary_is_killed(python):
    program = python("-c", PRIMARY)
    watched = [os.pidfd_open(int(program.line())) for _ in range(2)]
    try:
        program.signal(signal.SIGKILL)
        for fd in watched:
            wait_for(fd)
    finally:
        for fd in watched:
            os.close(fd)


@contextlib.contextmanager
def full(workers: list[Worker]) -> Iterator[None]:
    """While this lasts, the workers can open hardly any descriptor more."""
    before = {}
    for worker in workers:
        pid = worker.process.pid
        taken = set(map(int, os.listdir(f"/proc/{pid}/fd")))
        limit = [fd for fd in range(1000) if fd not in taken][4]
        before[pid] = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, before[pid][1]))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)


# The module; the package has an object of that name.
PRIMARY_MODULE = sys.modules["netserve.cluster._primary"]


def first_of_two(address, workers):
    return workers[0]


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="another process has its own limits")
@pytest.mark.parametrize("policy", [SCHED_RR, SCHED_LEAST, first_of_two])
async def test_when_all_workers_are_out_of_descriptors_clients_are_closed_at_once(policy, caplog):
    async with family(policy) as one:
        port = await one.serving(2)
        clients = []
        try:
            with full(one.all):
                clients = [await netserve.open_connection(port, "127.0.0.1") for _ in range(30)]
                first = [await first_bytes(client) for client in clients]
                # Each worker has room for a few, none hangs.
                assert 1 <= len([line for line in first if line]) <= 8
                assert len([line for line in first if not line]) >= 22
            for client in clients:
                await gone(client)
            clients = []
            await until_served(port)
        finally:
            for client in clients:
                await gone(client)
    said = [record.message for record in caplog.records if "descriptors" in record.message]
    assert said
    assert len(said) <= 4
    assert all("all workers are out of file descriptors" in text for text in said)


async def first_bytes(client: Socket) -> bytes:
    """What a client hears first; nothing where it is closed."""
    try:
        return await client.read(100)
    except ConnectionError:
        return b""


async def until_served(port: int) -> None:
    """Waits until somebody serves a new connection."""
    while True:
        client = await netserve.open_connection(port, "127.0.0.1")
        served = await first_bytes(client)
        await gone(client)
        if served:
            return


async def test_a_worker_can_not_answer_for_what_another_was_dealt():
    async with family() as one:
        port = await one.serving(2)
        first, second = one.all
        with frozen(first.process.pid):
            # What was dealt to the frozen one has a number; the other one claims all of them.
            clients = [await netserve.open_connection(port, "127.0.0.1") for _ in range(2)]
            second.send(["claim", Channel.next_seq()])
            await one.hear(second, "claim")
            first.kill(signal.SIGKILL)
            numbers = {int(await client.readline()) for client in clients}
            assert numbers == {second.id}
            for client in clients:
                await gone(client)


async def test_a_worker_listens_on_so_many_places_and_no_more(monkeypatch):
    monkeypatch.setattr(PRIMARY_MODULE, "MOST_PLACES", 5)
    async with family() as one:
        (worker,) = one.start(places=[{"port": 0, "host": "127.0.0.1"}] * 8)
        await one.hear(worker, "listening", 5)
        await one.hear(worker, "error", 3)
        assert {tuple(said[2:]) for said in one.heard(worker, "error")} == {("EMFILE", "bind")}
        assert len(one.primary._handles) == 5
        # One that is closed makes room.
        worker.send(["close", 0])
        await one.hear(worker, "close")
        worker.send(["listen", {"port": 0, "host": "127.0.0.1"}])
        await one.hear(worker, "listening", 6)


async def test_what_stays_open_for_workers_to_come_is_bounded_too(monkeypatch):
    monkeypatch.setattr(PRIMARY_MODULE, "MOST_PLACES", 3)
    async with family() as one:
        one.primary.lingers = True
        (worker,) = one.start(places=[])
        for number in range(9):
            worker.send(["listen", {"port": 0, "host": f"127.0.0.{number + 1}"}])
            await one.hear(worker, "listening", number + 1)
            worker.send(["close", number])
            await one.hear(worker, "close", number + 1)
        assert len(one.primary._handles) <= 4
