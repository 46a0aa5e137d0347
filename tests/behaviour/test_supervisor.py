"""Workers that are kept running: replaced when they die, and one by one when asked."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import time
from typing import Any

import pytest

from netserve import cluster
from netserve.cluster import Supervisor, _supervisor
from tests.behaviour.clusters import LOCAL, Family, client_of, clients, family, shares, who
from tests.behaviour.families import coming, frozen, until
from tests.behaviour.pairs import gone

# One loop is enough: what is tested runs in other processes.
pytestmark = pytest.mark.loops("asyncio")


def supervise(one: Family, count: int, **told: str) -> Supervisor:
    """Keeps workers of a family running; `told` goes into their environment."""
    env = {f"WORK_{name.upper()}": value for name, value in told.items()}
    return Supervisor(one.primary, count, env)


async def port_of(one: Family, count: int) -> int:
    """The port, once so many workers listen."""

    def found() -> list[Any]:
        return [message for _, message in one.said if message[0] == "listening"]

    await until(lambda: len(found()) >= count)
    return int(found()[0][2][2])


@pytest.fixture
def short_delays(monkeypatch):
    """Those that die early are started again soon."""
    monkeypatch.setattr(_supervisor, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(_supervisor, "LONGEST_DELAY", 0.02)


@pytest.mark.parametrize(
    ("count", "kind"), [(0, ValueError), (-1, ValueError), (True, TypeError), ("2", TypeError)]
)
def test_a_number_of_workers_that_makes_no_sense_is_refused(count, kind):
    with pytest.raises(kind) as refused:
        cluster.supervise(count)
    assert refused.value.code in ("ERR_OUT_OF_RANGE", "ERR_INVALID_ARG_TYPE")
    assert cluster.workers == {}


async def test_a_worker_that_dies_is_replaced_at_once_and_no_client_is_refused():
    async with family() as one:
        supervisor = supervise(one, 2)
        port = await port_of(one, 2)
        first, second = one.all
        started = time.monotonic()
        for worker in (first, second):
            worker.kill(signal.SIGKILL)
        # The port stays open although nobody is there.
        client, number = await client_of(port)
        assert number in (3, 4)
        assert time.monotonic() - started < 5
        await gone(client)
        await port_of(one, 4)
        assert {worker.id for worker in supervisor.workers} == {3, 4}
        assert await one.ask(one.all[-1], "env", ["WORK_MINE"]) == {"WORK_MINE": None}
        await supervisor.stop()


async def test_an_exit_code_of_zero_is_a_death_too():
    async with family() as one:
        supervisor = supervise(one, 1, mine="kept")
        await port_of(one, 1)
        over = coming(one.all[0], "exit")
        one.all[0].send(["kill", None])
        assert await over == (0, None)
        await port_of(one, 2)
        assert await one.ask(one.all[1], "env", ["WORK_MINE"]) == {"WORK_MINE": "kept"}
        await supervisor.stop()


async def test_those_that_die_early_are_started_again_later_and_later(monkeypatch):
    monkeypatch.setattr(_supervisor, "FIRST_DELAY", 0.05)
    monkeypatch.setattr(_supervisor, "MOST_FAILURES", 4)
    async with family() as one:
        supervisor = supervise(one, 1, dies="3")
        started = [time.monotonic()]
        one.primary.on("fork", lambda worker: started.append(time.monotonic()))
        died: list[float] = []
        one.primary.on("exit", lambda *_: died.append(time.monotonic()))
        (error,) = await coming(supervisor, "error")
        assert error.code == "ERR_WORKERS_KEEP_DYING"
        assert len(one.all) == 4
        delays = [begun - ended for begun, ended in zip(started[2:], died, strict=False)]
        assert [
            delay >= least for delay, least in zip(delays, (0.045, 0.09, 0.18), strict=True)
        ] == ([True] * 3)
        assert supervisor.workers == ()


async def test_who_listened_meanwhile_wipes_out_the_failures(monkeypatch, short_delays):
    monkeypatch.setattr(_supervisor, "MOST_FAILURES", 2)
    async with family() as one:
        supervisor = supervise(one, 1, dies="1")
        await until(lambda: len(one.all) == 2)
        supervisor._env = {}
        assert not supervisor._stopping
        # The second dies, too: that would be the end.
        failed = coming(supervisor, "error")
        assert (await failed)[0].code == "ERR_WORKERS_KEEP_DYING"
    async with family() as one:
        supervisor = supervise(one, 1, dies="1")
        supervisor._env = {}
        await port_of(one, 1)
        assert supervisor._failures == 0
        await supervisor.stop()


async def test_giving_up_without_a_listener_is_reported(short_delays, reports, monkeypatch):
    monkeypatch.setattr(_supervisor, "MOST_FAILURES", 2)
    async with family() as one:
        supervise(one, 1, dies="1")
        assert (await reports.next()).code == "ERR_WORKERS_KEEP_DYING"


async def test_a_program_that_can_not_be_started_is_given_up(short_delays):
    async with family(exec_path="/nowhere/python") as one:
        supervisor = supervise(one, 1)
        (error,) = await coming(supervisor, "error")
        assert error.code == "ERR_WORKERS_KEEP_DYING"


async def test_those_that_die_soon_after_they_listened_are_started_again_later_and_later(
    monkeypatch,
):
    monkeypatch.setattr(_supervisor, "FIRST_DELAY", 0.05)
    async with family() as one:
        supervisor = supervise(one, 1)
        up = supervisor._listening.__contains__
        started: list[float] = []
        died: list[float] = []
        one.primary.on("fork", lambda worker: started.append(time.monotonic()))
        one.primary.on("exit", lambda *_: died.append(time.monotonic()))
        for count in range(1, 5):
            await until(lambda count=count: len(one.all) == count and up(one.all[-1]))
            one.all[-1].kill(signal.SIGKILL)
        await until(lambda: len(one.all) == 5 and up(one.all[-1]))
        delays = [begun - ended for begun, ended in zip(started[1:], died, strict=True)]
        assert [
            delay >= least for delay, least in zip(delays, (0, 0.045, 0.09, 0.18), strict=True)
        ] == ([True] * 4)
        monkeypatch.setattr(_supervisor, "STEADY", 0.0)
        one.all[-1].kill(signal.SIGKILL)
        await until(lambda: len(one.all) == 6)
        assert started[-1] - died[-1] < 0.4, "one that served for long is replaced at once"
        await supervisor.stop()


async def test_clients_that_end_a_worker_each_end_no_service(monkeypatch, short_delays):
    """They wait: a new worker dies of one as soon as it listens."""
    monkeypatch.setattr(_supervisor, "MOST_FAILURES", 2)
    async with family() as one:
        supervisor = supervise(one, 1, fragile="yes")
        failed: list[BaseException] = []
        supervisor.on("error", failed.append)
        port = await port_of(one, 1)
        waiting = [socket.create_connection(("127.0.0.1", port)) for _ in range(6)]
        await until(lambda: failed or (len(one.all) == 7 and one.all[-1] in supervisor._listening))
        for client in waiting:
            client.close()
        assert failed == []
        await supervisor.stop()


async def test_one_that_can_not_start_ends_nothing_while_another_serves(monkeypatch, short_delays):
    monkeypatch.setattr(_supervisor, "MOST_FAILURES", 2)
    async with family() as one:
        supervisor = supervise(one, 2)
        port = await port_of(one, 2)
        supervisor._env = {"WORK_DIES": "1"}
        one.all[0].kill(signal.SIGKILL)
        await until(lambda: supervisor._failures > 4)
        assert await who(port) == 2
        supervisor._env = {}
        await port_of(one, 3)
        assert len(supervisor.workers) == 2
        # Where the last one dies that serves, it is counted anew.
        supervisor._env = {"WORK_DIES": "1"}
        failed = coming(supervisor, "error")
        for worker in supervisor.workers:
            worker.kill(signal.SIGKILL)
        assert (await failed)[0].code == "ERR_WORKERS_KEEP_DYING"


async def test_a_shortage_of_descriptors_passes_and_the_workers_are_there_again(
    monkeypatch, short_delays
):
    monkeypatch.setattr(_supervisor, "MOST_FAILURES", 2)

    def refuse() -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    async with family() as one:
        supervisor = supervise(one, 2)
        port = await port_of(one, 2)
        failures: list[object] = []
        supervisor.on("error", failures.append)
        with monkeypatch.context() as shortage:
            shortage.setattr(socket, "socketpair", refuse)
            for worker in one.all[:2]:
                worker.kill(signal.SIGKILL)
            # Nobody serves, and nobody can be started.
            await until(lambda: supervisor._failures > 4)
            assert set(one.primary.workers.values()) <= set(one.all[:2])
        await port_of(one, 4)
        assert len(supervisor.workers) == 2
        assert await who(port) in {worker.id for worker in supervisor.workers}
        assert failures == []
        await supervisor.stop()


async def test_replace_keeps_the_port_and_the_open_connections():
    async with family() as one:
        supervisor = supervise(one, 2)
        port = await port_of(one, 2)
        replaced: list[tuple[int, int]] = []
        supervisor.on("replaced", lambda old, new: replaced.append((old.id, new.id)))
        async with clients(port, 2) as made:
            replacing = asyncio.ensure_future(supervisor.replace())
            await port_of(one, 3)
            for client, _ in made:
                client.write(b"x")
                assert await client.readexactly(1) == b"x"
            assert not replacing.done()
            for client, _ in made:
                client.end()
            while not replacing.done():
                await who(port)
            await replacing
        assert sorted(old for old, _ in replaced) == [1, 2]
        assert {worker.id for worker in supervisor.workers} == {3, 4}
        assert set(await shares(port, 6)) == {3, 4}
        assert all(worker.exited_after_disconnect for worker in one.all[:2])
        await supervisor.stop()


async def test_an_old_worker_s_connections_are_cut_in_time():
    async with family() as one:
        supervisor = supervise(one, 1)
        port = await port_of(one, 1)
        async with clients(port, 1) as made:
            over = coming(one.all[0], "exit")
            await supervisor.replace(graceful=0.05)
            assert await over == (0, None)
            assert await made[0][0].read() == b""
            assert await who(port) == 2
        await supervisor.stop()


async def test_new_workers_that_do_not_listen_leave_the_old_ones():
    async with family() as one:
        supervisor = supervise(one, 2)
        port = await port_of(one, 2)
        for told, timeout, reason in (
            ({"WORK_PLACES": "[]"}, 0.3, "did not listen within 0.3 s"),
            ({"WORK_DIES": "1"}, 10, "died before it listened"),
        ):
            supervisor._env = told
            with pytest.raises(RuntimeError, match=reason) as failed:
                await supervisor.replace(timeout=timeout)
            assert failed.value.code == "ERR_WORKER_NOT_LISTENING"
            assert {worker.id for worker in supervisor.workers} == {1, 2}
            assert set(await shares(port, 4)) == {1, 2}
        supervisor._env = {}
        await supervisor.stop()


async def test_new_workers_that_die_on_trial_count_as_no_failures(monkeypatch, short_delays):
    monkeypatch.setattr(_supervisor, "MOST_FAILURES", 2)
    async with family() as one:
        supervisor = supervise(one, 2)
        await port_of(one, 2)
        supervisor._env = {"WORK_DIES": "1"}
        for _ in range(3):
            with pytest.raises(RuntimeError) as failed:
                await supervisor.replace()
            assert failed.value.code == "ERR_WORKER_NOT_LISTENING"
            assert {worker.id for worker in supervisor.workers} == {1, 2}
        supervisor._env = {}
        one.all[0].kill(signal.SIGKILL)
        await port_of(one, 3)
        # Nobody was started but the three on trial, and now the one in the place of the first.
        assert {worker.id for worker in supervisor.workers} == {2, 6}
        await supervisor.stop()


async def test_a_new_worker_that_can_not_be_started_leaves_the_old_one():
    async with family() as one:
        supervisor = supervise(one, 1)
        port = await port_of(one, 1)
        one.primary.setup_primary(exec_path="/nowhere/python")
        with pytest.raises(RuntimeError) as failed:
            await supervisor.replace()
        assert failed.value.code == "ERR_WORKER_NOT_LISTENING"
        assert supervisor.workers == (one.all[0],)
        assert supervisor._failures == 0
        assert await who(port) == 1
        await supervisor.stop()


async def test_a_worker_that_dies_while_another_is_replaced_is_replaced_once():
    async with family() as one:
        supervisor = supervise(one, 3)
        port = await port_of(one, 3)
        async with clients(port, 3):
            replacing = asyncio.ensure_future(supervisor.replace())
            await until(lambda: any(worker.exited_after_disconnect for worker in one.all))
            victim = next(worker for worker in one.all[:3] if not worker.exited_after_disconnect)
            victim.kill(signal.SIGKILL)
            await port_of(one, 5)
        await replacing
        assert {worker.id for worker in supervisor.workers} == {4, 5, 6}
        assert len(one.all) == 6
        await supervisor.stop()


async def test_an_old_worker_that_dies_during_the_trial_is_replaced_once():
    async with family() as one:
        supervisor = supervise(one, 1)
        await port_of(one, 1)
        supervisor._env = {"WORK_PLACES": "[]"}
        replacing = asyncio.ensure_future(supervisor.replace())
        await until(lambda: len(one.all) == 2)
        supervisor._env = {}
        old, new = one.all
        old.kill(signal.SIGKILL)
        await port_of(one, 2)
        new.send(["listen", LOCAL])
        await replacing
        assert {worker.id for worker in supervisor.workers} == {3}
        assert new.process.exit_code == 0
        await supervisor.stop()


async def test_a_replacement_that_is_cancelled_leaves_the_old_worker():
    async with family() as one:
        supervisor = supervise(one, 1)
        port = await port_of(one, 1)
        supervisor._env = {"WORK_PLACES": "[]"}
        replacing = asyncio.ensure_future(supervisor.replace())
        await until(lambda: len(one.all) == 2)
        over = coming(one.all[1], "exit")
        replacing.cancel()
        assert await over == (None, signal.SIGKILL)
        assert supervisor.workers == (one.all[0],)
        assert await who(port) == 1
        await supervisor.stop()


async def test_two_replacements_at_a_time_leave_as_many_workers():
    async with family() as one:
        supervisor = supervise(one, 2)
        await port_of(one, 2)
        await asyncio.gather(supervisor.replace(), supervisor.replace())
        assert len(supervisor.workers) == 2
        assert not set(supervisor.workers) & set(one.all[:2])
        assert {w for w in one.all if not w.is_dead()} == set(supervisor.workers)
        await supervisor.stop()


async def test_stop_ends_an_old_worker_too_that_is_about_to_leave():
    async with family() as one:
        supervisor = supervise(one, 1)
        port = await port_of(one, 1)
        async with clients(port, 1):
            replacing = asyncio.ensure_future(supervisor.replace(graceful=3600))
            await until(lambda: one.all[0].exited_after_disconnect)
            replacing.cancel()
            await supervisor.stop(graceful=1.0)
            assert [worker.process.signal_code for worker in one.all] == [signal.SIGKILL, None]


async def test_stop_during_a_trial_ends_the_new_worker_too():
    async with family() as one:
        supervisor = supervise(one, 1)
        await port_of(one, 1)
        supervisor._env = {"WORK_PLACES": "[]"}
        replacing = asyncio.ensure_future(supervisor.replace())
        await until(lambda: len(one.all) == 2)
        await supervisor.stop()
        await replacing
        assert supervisor.workers == ()
        assert all(worker.is_dead() for worker in one.all)


async def test_stop_closes_the_port_and_starts_nobody():
    async with family() as one:
        supervisor = supervise(one, 2)
        port = await port_of(one, 2)
        await supervisor.stop()
        assert supervisor.workers == ()
        assert one.primary._handles == {}
        assert [worker.process.exit_code for worker in one.all] == [0, 0]
        with pytest.raises(ConnectionRefusedError):
            await who(port)


async def test_stop_waits_so_long_for_open_connections_and_no_longer():
    async with family() as one:
        supervisor = supervise(one, 1)
        port = await port_of(one, 1)
        async with clients(port, 1) as made:
            stopping = asyncio.ensure_future(supervisor.stop(graceful=1.0))
            made[0][0].write(b"x")
            assert await made[0][0].readexactly(1) == b"x"
            await stopping
            assert await made[0][0].read() == b""
            assert one.all[0].process.exit_code == 0


async def test_stop_ends_frozen_workers_too():
    async with family() as one:
        supervisor = supervise(one, 2)
        await port_of(one, 2)
        with frozen(one.all[0].process.pid):
            await supervisor.stop(graceful=1.0)
            assert one.all[0].process.signal_code == signal.SIGKILL
            assert one.all[1].process.exit_code == 0


async def test_stop_while_one_waits_to_be_started_starts_it_no_more(monkeypatch):
    monkeypatch.setattr(_supervisor, "FIRST_DELAY", 0.1)
    async with family() as one:
        supervisor = supervise(one, 1, dies="1")
        await until(lambda: supervisor._failures)
        await supervisor.stop()
        await asyncio.sleep(0.15)  # time is the subject: it would have been started by now
        assert len(one.all) == 1


async def test_stop_does_not_wait_for_one_that_could_not_be_started():
    async with family(exec_path="/nowhere/python") as one:
        supervisor = supervise(one, 1)
        await supervisor.stop(graceful=0.01)
        assert supervisor.workers == ()
