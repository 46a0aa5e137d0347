"""Socket files: whose place is taken over, and whose is not."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netserve
from netserve import BoundSocket, Server, cluster
from netserve._descriptors import bind
from tests.behaviour.test_process_fork import child, ends_well


@pytest.fixture
def path(short_folder: Path) -> str:
    return str(short_folder / "s")


@pytest.fixture
def dead(path: str) -> tuple[int, int]:
    """The file of a server that was killed, at `path`."""
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(path)
        killed.listen()
    return identity(path)


def identity(path: str) -> tuple[int, int]:
    found = os.lstat(path)
    return found.st_ino, found.st_ctime_ns


async def answer(path: str) -> bytes:
    async with await netserve.open_connection(path=path) as client:
        return await client.read()


async def listen(path: str) -> Any:
    """The server, or the error that keeps it from listening."""
    try:
        return await netserve.start_server(lambda socket: socket.end(b"new"), path=path)
    except OSError as error:
        return error


async def test_the_place_of_a_dead_server_is_taken(path, dead):
    async with await listen(path):
        assert identity(path) != dead
        assert await answer(path) == b"new"
    assert not os.path.exists(path)


async def test_a_file_of_a_relative_path_is_removed_from_another_folder_too(
    path, tmp_path, monkeypatch
):
    monkeypatch.chdir(os.path.dirname(path))
    server = await netserve.start_server(path="s")
    bound = BoundSocket(path="b")
    monkeypatch.chdir(tmp_path)
    server.close()
    bound.close()
    await server.wait_closed()
    assert os.listdir(os.path.dirname(path)) == []


async def test_who_takes_a_place_sets_its_own_rights(path, dead):
    async with await netserve.start_server(path=path, writable_all=True):
        assert os.stat(path).st_mode & stat.S_IWOTH


def test_a_bound_socket_takes_the_place_of_a_dead_server(path, dead):
    with BoundSocket(path=path):
        assert identity(path) != dead


@pytest.mark.loops("asyncio")
@pytest.mark.parametrize("policy", [cluster.SCHED_RR, cluster.SCHED_NONE])
def test_a_primary_takes_the_place_of_a_dead_server(python, short_folder, dead, policy):
    program = python(
        "-c",
        "import netserve\n"
        "from netserve import cluster\n"
        f"cluster.scheduling_policy = {policy}\n"
        "def listening(worker, address):\n"
        "    print('listening', flush=True)\n"
        "    worker.kill()\n"
        "if cluster.is_primary:\n"
        "    cluster.on('listening', listening)\n"
        "    cluster.fork()\n"
        "    netserve.run()\n"
        "else:\n"
        "    netserve.create_server().listen(path='s')\n"
        "    netserve.run()\n",
        cwd=short_folder,
    )
    assert program.line() == "listening"
    assert program.result() == (0, "", "")
    assert os.listdir(short_folder) == []


def test_the_command_line_takes_the_place_of_a_dead_server(netserve_serve, path, dead):
    program = netserve_serve("examples.echo:on_connection", "--path", path)
    assert path in program.line()
    assert identity(path) != dead


@pytest.fixture(params=["listens", "is full", "is bound here", "is no socket", "is a link"])
def living(request: pytest.FixtureRequest, path: str) -> Iterator[str]:
    """What is at `path` and is to stay there."""
    opened: list[Any] = []
    if request.param == "is no socket":
        Path(path).write_text("a file")
    elif request.param == "is a link":
        os.symlink("nowhere", path)
    elif request.param == "is bound here":
        opened.append(BoundSocket(path=path))
    else:
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen(0)
        opened.append(server)
        while request.param == "is full":
            client = socket.socket(socket.AF_UNIX)
            opened.append(client)
            client.setblocking(False)
            if client.connect_ex(path) == errno.EAGAIN:
                break
    before = identity(path)
    yield request.param
    assert identity(path) == before
    for one in opened:
        one.close()


async def test_whatever_lives_or_is_no_socket_keeps_its_place(path, living):
    error = await listen(path)
    assert (error.code, error.syscall, error.address) == ("EADDRINUSE", "listen", path)
    with pytest.raises(OSError, match="bind EADDRINUSE"):
        BoundSocket(path=path)


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_SEQPACKET])
async def test_a_living_socket_of_another_kind_keeps_its_place(path, kind):
    with socket.socket(socket.AF_UNIX, kind) as other:
        other.bind(path)
        if kind is socket.SOCK_SEQPACKET:
            other.listen()
        assert (await listen(path)).code == "EADDRINUSE"
        assert os.path.exists(path)


async def test_a_living_server_does_not_hear_that_somebody_wanted_its_place(path):
    heard: list[netserve.Socket] = []
    async with await netserve.start_server(heard.append, path=path) as server:
        assert (await listen(path)).code == "EADDRINUSE"
        with pytest.raises(OSError, match="bind EADDRINUSE"):
            BoundSocket(path=path)
        coming = netserve.once(server, "connection")
        async with await netserve.open_connection(path=path):
            assert heard == [*await coming]


async def test_a_socket_that_another_process_has_bound_keeps_its_place(path):
    """Its server is about to listen."""
    ready, bound = os.pipe()
    go_on, end = os.pipe()

    def bind_only() -> None:
        os.close(end)
        with BoundSocket(path=path):
            os.write(bound, b"!")
            os.read(go_on, 1)

    other = child(bind_only)
    assert await asyncio.to_thread(os.read, ready, 1) == b"!"
    before = identity(path)
    assert (await listen(path)).code == "EADDRINUSE"
    assert identity(path) == before
    for fd in (ready, bound, go_on, end):
        os.close(fd)
    assert ends_well(other)


async def test_of_many_that_find_a_dead_server_at_once_one_listens(path, dead):
    """Each is a process of its own; the others are told that the place is taken."""
    gate, end = os.pipe(), os.pipe()
    told, tell = os.pipe()

    def compete() -> None:
        for ours in (gate[1], end[1]):
            os.close(ours)
        os.read(gate[0], 1)  # the end, which all of them see at once

        async def main() -> None:
            server = await listen(path)
            if not isinstance(server, Server):
                os.write(tell, server.code.encode() + b"\n")
                return
            os.write(tell, b"listens\n")
            await asyncio.to_thread(os.read, end[0], 1)  # when all of the others have had a look
            server.close()
            await server.wait_closed()

        asyncio.run(main())

    racers = [child(compete) for _ in range(8)]
    for fd in (*gate, tell):
        os.close(fd)
    said = [await asyncio.to_thread(os.read, told, 100)]
    while sum(one.count(b"\n") for one in said) < len(racers):
        said.append(await asyncio.to_thread(os.read, told, 100))
    assert sorted(b"".join(said).split()) == [*[b"EADDRINUSE"] * 7, b"listens"]
    assert await answer(path) == b"new"
    for fd in (*end, told):
        os.close(fd)
    assert [ends_well(racer) for racer in racers] == [True] * 8


async def test_a_folder_that_somebody_keeps_locked_delays_and_no_more(path, dead, monkeypatch):
    monkeypatch.setattr(bind, "PATIENCE", 0.01)
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        async with await listen(path):
            assert await answer(path) == b"new"
    finally:
        os.close(folder)
