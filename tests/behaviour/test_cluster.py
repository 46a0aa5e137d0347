"""A cluster: who gets a connection, who listens where."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections import Counter

import pytest

import netserve
from netserve.cluster import SCHED_LEAST, SCHED_NONE, SCHED_RR
from tests.behaviour.clusters import LOCAL, WORKS, client_of, clients, family, shares, who
from tests.behaviour.families import coming, frozen, until
from tests.behaviour.pairs import gone
from tests.silence import quiet_port

# One loop is enough: what is tested runs in other processes.
pytestmark = pytest.mark.loops("asyncio")


@pytest.fixture(params=["json", "advanced"])
def serialization(request):
    return request.param


@pytest.fixture(params=[SCHED_RR, SCHED_LEAST, SCHED_NONE], ids=["rr", "least", "none"])
def policy(request):
    return request.param


# Policies


async def test_round_robin_gives_each_its_turn(serialization):
    async with family(serialization=serialization) as one:
        port = await one.serving(3)
        async with clients(port, 9) as made:
            assert Counter(number for _, number in made) == {1: 3, 2: 3, 3: 3}


async def test_least_gives_to_who_has_the_fewest(serialization):
    async with family(SCHED_LEAST, serialization=serialization) as one:
        port = await one.serving(2)
        async with clients(port, 6) as made:
            assert Counter(number for _, number in made) == {1: 3, 2: 3}
            for client, number in made:
                if number == 1:
                    await gone(client)
            await until_counts(one, 1, 0)
            async with clients(port, 3) as more:
                assert [number for _, number in more] == [1, 1, 1]


async def until_counts(one, number, count):
    worker = one.primary.workers[number]
    while await one.ask(worker, "count") != [count]:
        pass


async def test_workers_that_share_a_descriptor_all_serve(serialization):
    async with family(SCHED_NONE, serialization=serialization) as one:
        port = await one.serving(2)
        with frozen(one.primary.workers[1].process.pid):
            assert await who(port) == 2
        with frozen(one.primary.workers[2].process.pid):
            assert await who(port) == 1


async def test_a_function_chooses_the_worker():
    seen = []

    def choose(address, workers):
        seen.append((address, {worker.id for worker in workers}))
        return max(workers, key=lambda worker: worker.id)

    async with family(choose) as one:
        port = await one.serving(2)
        async with clients(port, 4) as made:
            assert [number for _, number in made] == [2, 2, 2, 2]
            assert [address.port for address, _ in seen] == [c.local_port for c, _ in made]
        assert seen[0][0].address == "127.0.0.1"
        assert all(workers == {1, 2} for _, workers in seen)


async def test_a_function_that_goes_by_the_address_is_sticky():
    def choose(address, workers):
        return next(worker for worker in workers if worker.id == address.port % 2 + 1)

    async with family(choose) as one:
        port = await one.serving(2)
        async with clients(port, 8) as made:
            assert all(number == (client.local_port or 0) % 2 + 1 for client, number in made)


async def test_a_function_is_not_given_an_address_of_a_path(short_folder):
    seen = []

    def choose(address, workers):
        seen.append(address)
        return workers[0]

    async with family(choose) as one:
        path = await one.serving(1, [{"path": str(short_folder / "one.sock")}])
        assert await who(path) == 1
        assert seen == [None]


@pytest.mark.parametrize(
    "nonsense", [None, 5, "worker", object()], ids=["None", "5", "worker", "object"]
)
async def test_a_function_that_returns_nonsense_is_reported(nonsense, reports):
    async with family(lambda address, workers: nonsense) as one:
        port = await one.serving(2)
        assert await who(port) in (1, 2)
        assert isinstance(await reports.next(), ValueError)


async def test_a_function_that_raises_is_reported_and_the_connection_served(reports):
    def choose(address, workers):
        raise ZeroDivisionError

    async with family(choose) as one:
        port = await one.serving(2)
        assert set(await shares(port, 4)) <= {1, 2}
        assert isinstance(await reports.next(), ZeroDivisionError)


async def test_a_function_may_choose_a_worker_that_is_frozen_and_others_still_serve():
    chosen, asked = [1], []

    def choose(address, workers):
        asked.append(address)
        return next(worker for worker in workers if worker.id == chosen[0])

    async with family(choose) as one:
        port = await one.serving(2)
        with frozen(one.primary.workers[1].process.pid):
            waiting = [asyncio.ensure_future(client_of(port)) for _ in range(3)]
            await until(lambda: len(asked) == 3)
            chosen[0] = 2
            assert await who(port) == 2
            assert not any(future.done() for future in waiting)
        for client, number in await asyncio.gather(*waiting):
            assert number == 1
            await gone(client)


def test_an_unknown_policy_is_refused(python):
    code = """
from netserve import cluster
for policy in (7, "rr", None, 2.5, []):
    cluster.scheduling_policy = policy
    for start in (cluster.fork, cluster.setup_primary):
        try:
            start()
        except ValueError as error:
            print(error.code)
print(dict(cluster.workers))
"""
    assert python("-c", code).result() == (0, "ERR_INVALID_ARG_VALUE\n" * 10 + "{}\n", "")


BAD_SETTINGS = [
    {"exec": 5}, {"exec": ""}, {"args": "text"}, {"args": 5}, {"args": [5]}, {"exec_args": "-X"},
    {"exec_args": 5}, {"exec_path": 5}, {"cwd": 5}, {"silent": 1}, {"stdio": 5},
    {"stdio": ["pipe"]}, {"serialization": "xml"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", BAD_SETTINGS, ids=str)
async def test_settings_that_make_no_sense_are_refused(wrong):
    async with family() as one:

        def start():
            one.primary.setup_primary(**wrong)
            one.primary.fork()

        with pytest.raises((TypeError, ValueError)) as refused:
            start()
        assert refused.value.code.startswith("ERR_")
        assert one.primary.workers == {}


async def test_settings_can_be_read_and_not_changed():
    async with family(args=["one"]) as one:
        told = coming(one.primary, "setup")
        one.primary.setup_primary(silent=True)
        assert (await told)[0]["exec"] == str(WORKS)
        assert one.primary.settings["args"] == ["one"]
        assert one.primary.settings["silent"] is True
        with pytest.raises(TypeError):
            one.primary.settings["silent"] = False


async def test_env_is_added_to_ours_and_nothing_of_the_cluster_is_left_in_it(monkeypatch):
    monkeypatch.setenv("NETSERVE_MINE", "1")
    async with family() as one:
        await one.serving(1, mine="2")
        names = ["NETSERVE_MINE", "WORK_MINE", "NODE_UNIQUE_ID", "NODE_CHANNEL_FD"]
        env = await one.ask(one.all[0], "env", names)
        assert list(env.values()) == ["1", "2", None, None]


# Limits


async def test_who_is_full_passes_on_to_another():
    async with family() as one:
        port = await one.serving(2, most=2)
        async with clients(port, 4) as made:
            assert Counter(number for _, number in made) == {1: 2, 2: 2}


async def test_where_all_are_full_a_client_waits_and_is_served_later():
    async with family() as one:
        port = await one.serving(2, most=1)
        async with clients(port, 2) as made:
            late = asyncio.ensure_future(client_of(port))
            busy, started = time.process_time(), time.monotonic()
            # Time is the subject. No busy loop: a refused worker is left alone for a while.
            await asyncio.sleep(0.3)
            assert not late.done()
            assert time.process_time() - busy < (time.monotonic() - started) / 3
            await gone(made[0][0])
            client, number = await late
            assert number == made[0][1]
            await gone(client)


async def test_a_worker_with_drop_max_connection_drops_what_is_above():
    async with family() as one:
        port = await one.serving(1, most=1, drop=1)
        async with clients(port, 1):
            client = await netserve.open_connection(port, "127.0.0.1")
            assert await client.read() == b""
            await one.hear(one.all[0], "drop")
            await gone(client)


async def test_a_limit_of_zero_lets_nobody_in():
    async with family() as one:
        port = await one.serving(1, most=0)
        client = await netserve.open_connection(port, "127.0.0.1")
        await asyncio.sleep(0.1)  # nobody tells of a connection that a worker refused
        assert await one.ask(one.all[0], "count") == [0]
        (other,) = one.start()
        await one.hear(other, "listening")
        assert int(await client.readline()) == other.id
        await gone(client)


# Where workers listen


async def test_port_0_is_the_same_for_all_workers_and_another_for_each_server(policy):
    async with family(policy) as one:
        await one.serving(2, [LOCAL, LOCAL])
        ports = [[m[2][2] for m in sorted(one.heard(worker, "listening"))] for worker in one.all]
        assert ports[0] == ports[1]
        assert len(set(ports[0])) == 2
        for port in ports[0]:
            assert await who(port) in (1, 2)


async def test_the_primary_hears_where_a_worker_listens(policy):
    async with family(policy) as one:
        told, at_worker = coming(one.primary, "listening"), None
        (worker,) = one.start()
        at_worker = coming(worker, "listening")
        known, address = await told
        assert known is worker
        assert (address.address, address.address_type, address.fd) == ("127.0.0.1", 4, None)
        assert await at_worker == (address,)
        assert await who(address.port) == worker.id


async def test_workers_serve_on_a_path(policy, short_folder):
    path = str(short_folder / "one.sock")
    async with family(policy) as one:
        assert await one.serving(2, [{"path": path}]) == path
        assert set(await shares(path, 8)) <= {1, 2}
        over = [coming(worker, "exit") for worker in one.all]
        one.primary.disconnect()
        await asyncio.gather(*over)
        assert not os.path.exists(path)


async def test_workers_serve_on_an_abstract_path():
    path = f"\0netserve-{os.getpid()}-{time.monotonic_ns()}"
    async with family() as one:
        assert await one.serving(2, [{"path": path}]) == path
        assert await who(path) in (1, 2)


async def test_workers_serve_on_every_interface():
    async with family() as one:
        port = await one.serving(2, [{"port": 0}])
        assert await who(port) in (1, 2)


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
async def test_workers_serve_on_ipv6():
    async with family() as one:
        await one.serving(1, [{"port": 0, "host": "::1"}])
        (_, _, (address, family_name, port)) = one.heard(one.all[0], "listening")[0]
        assert (address, family_name) == ("::1", "IPv6")
        client = await netserve.open_connection(port, "::1")
        assert await client.readline() == b"1\n"
        await gone(client)


async def test_a_descriptor_is_one_of_the_primarys(policy):
    with socket.create_server(("127.0.0.1", 0)) as ours:
        async with family(policy) as one:
            await one.serving(2, [{"fd": ours.fileno()}])
            port = ours.getsockname()[1]
            assert await who(port) in (1, 2)
        assert ours.fileno() >= 0
        assert ours.getsockname()[1] == port


async def test_an_exclusive_server_is_a_workers_own():
    async with family() as one:
        ports = []
        for _ in range(2):
            ports.append(await one.serving(1, [{**LOCAL, "exclusive": True}]))
        assert ports[0] != ports[1]
        assert [await who(port) for port in ports] == [1, 2]
        assert one.primary._handles == {}


async def test_a_second_exclusive_server_on_a_port_is_an_error():
    port = quiet_port()
    place = [{"port": port, "host": "127.0.0.1", "exclusive": True}]
    async with family() as one:
        await one.serving(1, place)
        (second,) = one.start(1, place)
        assert (await one.hear(second, "error"))[2] == "EADDRINUSE"


async def test_reuse_port_is_a_workers_own_and_warned_about():
    port = quiet_port()
    async with family(silent=True) as one:
        await one.serving(2, [{"port": port, "host": "127.0.0.1", "reuse_port": True}])
        assert await who(port) in (1, 2)
        with open("/proc/sys/net/ipv4/tcp_migrate_req") as setting:
            resets = setting.read().strip() == "0"
        if resets:
            assert b"reuse_port in a worker" in await one.all[0].process.stderr.readline()


@pytest.mark.parametrize("place", ["port", "path"])
async def test_a_place_that_is_taken_is_an_error_in_every_worker(place, policy, short_folder):
    path = str(short_folder / "one.sock")
    where = {"path": path} if place == "path" else LOCAL
    taken = await netserve.start_server(**where)
    try:
        if place == "port":
            where = {"port": taken.address().port, "host": "127.0.0.1"}
        async with family(policy) as one:
            for worker in one.start(2, [where]):
                _, _, code, syscall = await one.hear(worker, "error")
                assert (code, syscall in ("bind", "listen")) == ("EADDRINUSE", True)
                # It lives on, and may listen elsewhere.
                worker.send(["listen", LOCAL])
                await one.hear(worker, "listening")
    finally:
        taken.close()
        await taken.wait_closed()


async def test_an_address_that_is_not_here_is_an_error():
    async with family() as one:
        (worker,) = one.start(1, [{"port": 0, "host": "192.0.2.1"}])
        assert (await one.hear(worker, "error"))[2] == "EADDRNOTAVAIL"


async def test_the_last_who_closes_frees_the_port(policy):
    port = quiet_port()
    async with family(policy) as one:
        await one.serving(2, [{"port": port, "host": "127.0.0.1"}])
        one.all[0].send(["close", 0])
        await one.hear(one.all[0], "close")
        assert await who(port) == 2
        one.all[1].send(["close", 0])
        await one.hear(one.all[1], "close")
        await until(lambda: not one.primary._handles)
        with pytest.raises(ConnectionRefusedError):
            await who(port)
        one.all[0].send(["listen", {"port": port, "host": "127.0.0.1"}])
        await one.hear(one.all[0], "listening", 2)
        assert await who(port) == 1


async def test_a_worker_shows_its_number_its_process_and_whether_that_is_over():
    async with family() as one:
        (worker,) = one.start()
        name = f"<netserve.cluster.Worker 1 pid {worker.process.pid}"
        assert repr(worker) == f"{name} alive>"
        over = coming(worker, "exit")
        worker.process.kill()
        await over
        assert repr(worker) == f"{name} dead>"
