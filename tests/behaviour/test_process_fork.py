"""A process that forks itself (`os.fork()`, `multiprocessing`): they share no reactor."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import netserve
from netserve import BoundSocket, Server, Socket
from tests.behaviour.pairs import pair, serving
from tests.programs import Client

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork()"),
    # Threads of other tests, that wait for work, are of no matter to these children.
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]


def child(work: Callable[[], object]) -> int:
    """Forks a child that does `work()` and ends; its number. What it raises is its exit code."""
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.alarm(20)
        work()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def ends_well(pid: int) -> bool:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


# What a child does to its copies of a server and a connection
DEEDS: dict[str, Callable[[Server, Socket, Socket], Any]] = {
    "close": lambda server, served, client: server.close(),
    "close all": lambda server, served, client: server.close_all_connections(),
    "destroy": lambda server, served, client: (served.destroy(), client.destroy()),
    "destroy soon": lambda server, served, client: client.destroy_soon(),
    "reset": lambda server, served, client: refused_or(client.reset_and_destroy),
    "leave": lambda server, served, client: asyncio.run(leave(server, served)),
    "exit": lambda server, served, client: sys.exit(0),
}


def refused_or(call: Callable[[], object]) -> None:
    with contextlib.suppress(TypeError):  # a local socket is not reset
        call()


async def leave(server: Server, socket: Socket) -> None:
    await server.__aexit__(None, None, None)
    await socket.__aexit__(None, None, None)
    assert (server.listening, socket.destroyed) == (False, True)


def quietly(deed: Callable[..., object], *args: object) -> None:
    try:
        deed(*args)
    except SystemExit:
        os._exit(0)


@pytest.mark.parametrize("name", DEEDS)
async def test_what_a_child_does_to_its_copies_is_no_affair_of_the_parent_s(transport, name):
    async with pair(transport) as ends:
        path = ends.server.address()
        await asyncio.to_thread(
            ends_well, child(lambda: quietly(DEEDS[name], ends.server, ends.served, ends.client))
        )
        if transport.kind == "path":
            assert os.path.exists(str(path))
        ends.client.write(b"still")
        assert await ends.served.readexactly(5) == b"still"
        ends.served.write(b"there")
        assert await ends.client.readexactly(5) == b"there"
        coming = netserve.once(ends.server, "connection")
        async with await netserve.open_connection(
            **transport.connect_options(ends.server)
        ) as another:
            (served,) = await coming
            served.end(b"hi")
            assert await another.read() == b"hi"


USES: dict[str, Callable[[Server, Socket], Any]] = {
    "write": lambda server, socket: socket.write(b"x"),
    "end": lambda server, socket: socket.end(),
    "read": lambda server, socket: asyncio.run(socket.read()),
    "set_timeout": lambda server, socket: socket.set_timeout(1),
    "wait_closed": lambda server, socket: asyncio.run(server.wait_closed()),
    "listen": lambda server, socket: server.listen(0),
    "max_connections": lambda server, socket: setattr(server, "max_connections", 1),
}


@pytest.mark.transports("ipv4")
@pytest.mark.parametrize("name", USES)
async def test_a_child_is_refused_what_the_parent_s_loop_drives(transport, name):
    async with pair(transport) as ends:

        def use() -> None:
            with pytest.raises(RuntimeError, match=r"runs in process \d+, which forked") as caught:
                USES[name](ends.server, ends.client)
            assert getattr(caught.value, "code", None) == "ERR_LOOP_CLOSED"

        assert await asyncio.to_thread(ends_well, child(use))
        ends.client.write(b"still")
        assert await ends.served.readexactly(5) == b"still"


@pytest.mark.transports("ipv4", "path")
async def test_a_child_of_a_running_loop_has_servers_of_its_own(transport):
    async def serve_and_ask() -> None:
        async with serving(transport, lambda socket: socket.end(b"mine")) as server:
            options = transport.connect_options(server)
            async with await netserve.open_connection(**options) as client:
                assert await client.read() == b"mine"

    async with serving(transport, lambda socket: socket.end(b"parent's")) as server:
        assert await asyncio.to_thread(ends_well, child(lambda: asyncio.run(serve_and_ask())))
        assert await asyncio.to_thread(ends_well, child(lambda: netserve.run(serve_and_ask())))
        options = transport.connect_options(server)
        async with await netserve.open_connection(**options) as client:
            assert await client.read() == b"parent's"


@pytest.mark.transports("ipv4")
async def test_a_child_that_forked_in_a_listener_leaves_the_turn_to_its_parent(transport):
    """The child goes up through the frames of the parent's loop, and ends it as it does so."""
    pids: list[int] = []

    def on_connection(socket: Socket) -> None:
        if not pids:
            pid = os.fork()
            if not pid:
                os._exit(7 if socket.destroyed else 0)
            pids.append(pid)
        socket.end(b"hi")

    async with serving(transport, on_connection) as server:
        for _ in range(2):
            options = transport.connect_options(server)
            async with await netserve.open_connection(**options) as client:
                assert await client.read() == b"hi"
        assert await asyncio.to_thread(ends_well, pids[0])


@pytest.mark.transports("ipv4")
async def test_multiprocessing_forks_do_the_same(transport):
    def work() -> None:
        async def main() -> None:
            async with serving(transport, lambda socket: socket.end(b"mine")) as server:
                options = transport.connect_options(server)
                async with await netserve.open_connection(**options) as client:
                    assert await client.read() == b"mine"

        asyncio.run(main())

    async with pair(transport) as ends:
        process = multiprocessing.get_context("fork").Process(target=work)
        process.start()
        await asyncio.to_thread(process.join)
        assert process.exitcode == 0
        process.close()
        ends.client.write(b"still")
        assert await ends.served.readexactly(5) == b"still"


# Servers that are made before the fork, and run by each child


@pytest.fixture(params=["port", "path"])
def bound(request: pytest.FixtureRequest, short_folder: Any) -> Iterator[BoundSocket]:
    """An address that is taken before any loop runs."""
    if request.param == "port":
        yield BoundSocket("127.0.0.1")
    else:
        yield BoundSocket(path=short_folder / "s")


def where(bound: BoundSocket) -> str | int:
    address = bound.address()
    return address if isinstance(address, str) else address.port


def echo(socket: Socket) -> None:
    socket.on("data", socket.write)


@pytest.mark.parametrize("run", [netserve.run, lambda: asyncio.run(netserve.until_idle())])
def test_each_child_serves_with_what_was_made_before_the_fork(bound, run):
    address = where(bound)
    server = netserve.create_server(echo).listen(bound)
    workers = [child(run) for _ in range(2)]
    clients: list[Client] = []
    try:
        for other in workers:
            os.kill(other, signal.SIGSTOP)  # so that the other one has these
            new = [Client(address) for _ in range(5)]
            assert [client.ask(b"hello") for client in new] == [b"hello"] * 5
            os.kill(other, signal.SIGCONT)
            clients += new
        for number in range(5):
            question = b"round %d" % number
            assert [client.ask(question) for client in clients] == [question] * 10
    finally:
        for client in clients:
            client.close()
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)

    async def close() -> None:
        server.close()
        await server.wait_closed()

    asyncio.run(close())


def test_a_child_that_closes_such_a_server_leaves_the_parent_s_alone(bound):
    address = where(bound)
    server = netserve.create_server(lambda socket: socket.end(b"hi")).listen(bound)

    async def close() -> None:
        server.close()
        await server.wait_closed()

    assert ends_well(child(lambda: asyncio.run(close())))

    async def serve() -> bytes:
        async with server:
            client = await asyncio.to_thread(Client, address)
            answer = await asyncio.to_thread(client.reader.read)
            client.close()
            return answer

    assert asyncio.run(serve()) == b"hi"


def test_a_child_that_ends_removes_no_file_of_its_parent_s(python, short_folder):
    program = python(
        "-c",
        "import os, sys, netserve\n"
        "server = netserve.create_server().listen(path='s')\n"
        "bound = netserve.BoundSocket(path='b')\n"
        "if os.fork() == 0: sys.exit(0)\n"
        "os.wait()\n"
        "print(sorted(os.listdir()))\n"
        "server.close(), bound.close()\n",
        cwd=short_folder,
    )
    assert program.line() == "['b', 's']"
    assert program.result() == (0, "", "")
    assert os.listdir(short_folder) == []


FORKS_IN_A_THREAD = """
import asyncio, os, netserve

async def main():
    server = await netserve.start_server(path="s")
    client = await netserve.open_connection(path="s")

    def elsewhere():
        if os.fork() == 0:
            server.close(), client.destroy()
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.wait()[1]), server.listening, client.destroyed)

    await asyncio.to_thread(elsewhere)

asyncio.run(main())
"""


def test_a_child_that_another_thread_forked_may_close_what_it_got(python, short_folder):
    """In the development mode, too, where other threads of the parent may not."""
    program = python("-X", "dev", "-c", FORKS_IN_A_THREAD, cwd=short_folder)
    assert program.line() == "0 True False"
    assert program.result()[0] == 0


@pytest.mark.parametrize("env", [{}, {"NODE_UNIQUE_ID": "1"}], ids=["child", "worker"])
async def test_the_channel_stays_that_of_the_process_that_was_given_it(env):
    """A child of its own is no worker, listens by itself, and has nobody to send to."""
    program = netserve.child_process.fork(
        "tests/behaviour/children/forks_itself.py", env={**os.environ, **env}
    )
    said = []
    program.on("message", lambda message, _: said.append(message))
    await netserve.once(program, "message")
    program.send("ask")
    await netserve.once(program, "exit")
    found = "False ERR_IPC_CHANNEL_CLOSED b'mine'"
    assert said == [f"before a loop: {found}", ["ask", found]]
    assert program.exit_code == 0
