"""Every example is run and spoken to."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

import netserve
from examples import async_server, chat, echo, five_lines, lines, proxy, redis_server
from tests.silence import quiet_port

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = [path.stem for path in (ROOT / "examples").glob("*.py") if not path.stem.startswith("_")]
SPOKEN_TO = (async_server, chat, echo, five_lines, lines, proxy, redis_server)
# Programs of several processes.
RUN = ("cluster", "handoff")


@pytest.fixture
async def visit():
    """Serves a handler on a free port and gives a connection to it."""
    async with AsyncExitStack() as stack:
        servers: dict[object, netserve.Server] = {}

        async def connect(handler, **options):
            if handler not in servers:
                server = await netserve.start_server(handler, port=0, host="127.0.0.1")
                servers[handler] = await stack.enter_async_context(server)
                server.close_timeout = 0
            port = servers[handler].address().port
            socket = await netserve.open_connection(port=port, host="127.0.0.1", **options)
            return await stack.enter_async_context(socket)

        yield connect


@pytest.fixture(autouse=True)
def empty_store():
    """Each test begins with no keys."""
    redis_server.store.clear()


@pytest.mark.parametrize("module", [echo, five_lines, async_server], ids=lambda m: m.__name__)
async def test_an_echo_sends_back_what_comes_in(visit, module):
    socket = await visit(module.on_connection)
    socket.write(b"hello")
    assert await socket.readexactly(5) == b"hello"
    socket.end(b"goodbye")
    assert await socket.read() == b"goodbye"


async def test_lines_turns_each_line_around(visit):
    socket = await visit(lines.on_connection)
    assert b"quit" in await socket.readline()
    socket.write("abc\n\nxyz\r\n")
    assert [await socket.readline() for _ in range(3)] == [b"cba\n", b"\n", b"zyx\n"]


async def test_lines_says_goodbye_when_asked_to_quit(visit):
    socket = await visit(lines.on_connection)
    socket.write("quit\n")
    assert (await socket.read()).endswith(b"Bye.\n")


async def enter(visit, name: str) -> netserve.Socket:
    """Joins the chat room, and reads up to the list of those who are there."""
    socket = await visit(chat.on_connection)
    await socket.readuntil(b"name? ")
    socket.write(f"{name}\n")
    assert name.encode() in await socket.readline()
    return socket


async def test_chat_passes_lines_on_to_the_others(visit):
    ann = await enter(visit, "Ann")
    bob = await enter(visit, "Bob")
    assert await ann.readline() == b"* Bob came\n"
    ann.write("hello\n")
    assert await bob.readline() == b"Ann: hello\n"


async def test_chat_tells_who_left(visit):
    ann = await enter(visit, "Ann")
    bob = await enter(visit, "Bob")
    await ann.readline()
    bob.end()
    assert await ann.readline() == b"* Bob left\n"


async def test_chat_survives_a_member_that_resets(visit):
    ann = await enter(visit, "Ann")
    bob = await enter(visit, "Bob")
    await ann.readline()
    bob.reset_and_destroy()
    assert await ann.readline() == b"* Bob left\n"


@pytest.fixture
async def target(monkeypatch):
    """An echo that the proxy leads to."""
    async with await netserve.start_server(echo.on_connection, port=0, host="127.0.0.1") as server:
        monkeypatch.setenv("PROXY_TARGET", f"127.0.0.1:{server.address().port}")
        server.close_timeout = 0
        yield server


async def test_proxy_carries_bytes_both_ways(visit, target):
    socket = await visit(proxy.on_connection)
    socket.write(b"through")
    assert await socket.readexactly(7) == b"through"


async def test_proxy_loses_nothing_when_the_target_ends(visit, monkeypatch):
    page = b"x" * 3_000_000
    async with await netserve.start_server(lambda s: s.end(page), port=0, host="127.0.0.1") as far:
        monkeypatch.setenv("PROXY_TARGET", f"127.0.0.1:{far.address().port}")
        socket = await visit(proxy.on_connection)
        assert await socket.read() == page
        socket.end()


async def test_proxy_loses_nothing_when_the_client_ends_before_the_answer(visit, target):
    page = b"x" * 1_000_000
    socket = await visit(proxy.on_connection)
    socket.end(page)
    assert await socket.read() == page


async def test_proxy_closes_the_client_when_the_target_refuses(visit, monkeypatch):
    monkeypatch.setenv("PROXY_TARGET", f"127.0.0.1:{quiet_port()}")
    socket = await visit(proxy.on_connection)
    assert await socket.read() == b""


TALKS = {
    "ping": (b"*1\r\n$4\r\nPING\r\n", b"+PONG\r\n"),
    "an inline command": (b"ping hello\r\n", b"$5\r\nhello\r\n"),
    "set and get": (b"set k v\r\nget k\r\n", b"+OK\r\n$1\r\nv\r\n"),
    "a missing key": (b"get nothing\r\n", b"$-1\r\n"),
    "counting": (b"incr n\r\nincr n\r\n", b":1\r\n:2\r\n"),
    "a list": (
        b"rpush l a b\r\nlpush l c\r\nlpop l\r\nrpop l\r\n",
        b":2\r\n:3\r\n$1\r\nc\r\n$1\r\nb\r\n",
    ),
    "a set": (b"sadd s a b\r\nsadd s b c\r\n", b":2\r\n:1\r\n"),
    "a hash": (b"hset h f 1\r\nhset h f 2\r\nhget h f\r\n", b":1\r\n:0\r\n$1\r\n2\r\n"),
    "the wrong kind": (b"set k v\r\nlpush k v\r\n", b"+OK\r\n-WRONGTYPE "),
    "no number": (b"set k v\r\nincr k\r\n", b"+OK\r\n-ERR value is not an integer"),
    "too few arguments": (b"get\r\n", b"-ERR wrong number of arguments for 'get' command\r\n"),
    "an unknown command": (b"dance\r\n", b"-ERR unknown command 'dance'\r\n"),
    "configuration": (b"config get save\r\n", b"*2\r\n$4\r\nsave\r\n$0\r\n\r\n"),
    "binary values": (b"*2\r\n$4\r\nECHO\r\n$4\r\n\r\n\x00\xff\r\n", b"$4\r\n\r\n\x00\xff\r\n"),
}


@pytest.mark.parametrize("talk", TALKS)
async def test_redis_server_answers(visit, talk):
    request, reply = TALKS[talk]
    socket = await visit(redis_server.on_connection)
    socket.write(request)
    assert await socket.readexactly(len(reply)) == reply


async def test_redis_server_takes_requests_in_any_chunks(visit):
    request = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"
    socket = await visit(redis_server.on_connection, no_delay=True)
    for at in range(len(request)):
        socket.write(request[at : at + 1])
        await socket.drain()
    assert await socket.readexactly(16) == b"+OK\r\n$5\r\nhello\r\n"


@pytest.mark.parametrize("garbage", [b"*x\r\n", b"*1\r\nPING\r\n", b"*1\r\n$-x\r\n", b"y" * 70_000])
async def test_redis_server_disconnects_who_sends_garbage(visit, garbage):
    socket = await visit(redis_server.on_connection)
    socket.write(b"ping\r\n" + garbage)
    assert (await socket.read()).startswith(b"+PONG\r\n-ERR Protocol error: ")


@pytest.mark.skipif(not shutil.which("redis-benchmark"), reason="redis-benchmark is not installed")
@pytest.mark.parametrize("depth", ["1", "16"])
def test_redis_benchmark_can_talk_to_redis_server(netserve_serve, depth):
    port = str(netserve_serve("examples.redis_server:on_connection", "--port", "0").port())
    tests = "ping,set,get,incr,lpush,rpush,lpop,sadd,hset"
    arguments = ["-p", port, "-P", depth, "-n", "2000", "--csv", "-t", tests]
    result = subprocess.run(
        ["redis-benchmark", *arguments], capture_output=True, text=True, timeout=50, check=True
    )
    # One row a test, two for ping, and the heading.
    assert len(result.stdout.splitlines()) == len(tests.split(",")) + 2


def test_handoff_gives_each_connection_to_the_worker_of_its_first_byte(python, client):
    port = python("-m", "examples.handoff", "0").port()
    assert client(port).ask(b"Hello") == b"HELLO"
    assert client(port).ask(b"<Hello") == b"<hello"
    silent = client(port)
    silent.close()
    assert client(port).ask(b"still there") == b"STILL THERE"


def test_cluster_serves_with_every_worker_and_replaces_one_that_dies(python, client):
    primary = python("-m", "examples.cluster", "0", "2")
    port = primary.port()
    assert primary.port() == port
    said = [client(port).reader.read().decode() for _ in range(4)]
    assert {text.split(",")[0] for text in said} == {"worker 1", "worker 2"}
    os.kill(int(said[0].split()[-1]), signal.SIGKILL)
    assert primary.port() == port
    answers = {client(port).reader.read().decode().split(",")[0] for _ in range(4)}
    assert "worker 3" in answers
    assert len(answers) == 2


@pytest.mark.parametrize("module", SPOKEN_TO, ids=lambda module: module.__name__)
def test_every_example_can_be_served_by_name(netserve_serve, module):
    assert netserve_serve(f"{module.__name__}:on_connection", "--port", "0").port()


def test_every_example_is_spoken_to():
    spoken_to = {module.__name__.rpartition(".")[2] for module in SPOKEN_TO}
    assert spoken_to | set(RUN) == set(EXAMPLES)
