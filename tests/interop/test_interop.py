"""Node and netserve in one family: parents and children, primaries and workers, both ways."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netserve
from netserve import child_process, once

HERE = Path(__file__).parent / "programs"
NODE = shutil.which(os.environ.get("NETSERVE_NODE", "node"))
PATIENCE = 20

pytestmark = pytest.mark.skipif(NODE is None, reason="node isn't installed")


async def ask(child: child_process.ChildProcess, message: Any, handle: Any = None) -> Any:
    answer = once(child, "message")
    child.send(message, handle)
    return (await answer)[0]


async def fetch(port: int, text: bytes = b"") -> bytes:
    async with await netserve.open_connection(port, "127.0.0.1") as client:
        client.write(text)
        return await client.read()


@pytest.fixture(params=["json", "advanced"])
def serialization(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_python_parent_and_a_node_child(serialization: str) -> None:
    child = child_process.fork(HERE / "child.js", exec_path=NODE, serialization=serialization)
    over = once(child, "close")
    for message in (None, True, 1.5, 'a "ü" \u2028', {"nested": [1, {"two": 2}]}, "x" * (1 << 20)):
        assert (await ask(child, message))["echo"] == message

    server = await netserve.start_server(port=0, host="127.0.0.1")
    address = server.address()
    assert await ask(child, "server", server) == {"echo": "server", "handle": "Server"}
    server.close()
    assert await fetch(address.port) == b"node"

    front = await netserve.start_server(port=0, host="127.0.0.1", pause_on_connect=True)
    coming = once(front, "connection")
    client = await netserve.open_connection(front.address().port, "127.0.0.1")
    client.write(b"unread")
    (socket,) = await coming
    assert await ask(child, "socket", socket) == {"echo": "socket", "handle": "Socket"}
    assert await client.read() == b"node:unread"
    front.close()
    await front.wait_closed()
    assert await front.get_connections() == 0
    child.send("leave")
    assert await over == (0, None)


async def test_a_socket_that_was_read_from_stays_here_when_the_child_is_node() -> None:
    child = child_process.fork(HERE / "child.js", exec_path=NODE)
    over = once(child, "close")
    async with await netserve.start_server(port=0, host="127.0.0.1") as server:
        coming = once(server, "connection")
        client = await netserve.open_connection(server.address().port, "127.0.0.1")
        client.write(b"hello")
        (socket,) = await coming
        while not socket.readable_length:
            await asyncio.sleep(0)
        told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        child.send("socket", socket, callback=told.set_result)
        assert (await told).code == "ERR_SOCKET_BYTES_WAITING"
        assert await socket.readexactly(5) == b"hello"
        assert await ask(child, "still there") == {"echo": "still there", "handle": None}
        client.destroy()
    child.disconnect()
    assert await over == (0, None)


def test_a_node_parent_and_a_python_child(serialization: str) -> None:
    command = [NODE, HERE / "parent.js", sys.executable, HERE / "child.py", serialization]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    lines = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert lines == [
        ["echo", None],
        ["echo", True],
        ["echo", 1.5],
        ["echo", 'a "ü" \u2028'],
        ["echo", {"nested": [1, {"two": 2}]}],
        ["long", 1 << 20],
        ["server", "Server"],
        ["answer", "python"],
        ["socket", "Socket"],
        ["count", "number"],
        ["answer", "python:unread"],
        ["front closed"],
        ["exit", 0, None],
    ], done.stderr


class Primary:
    """A cluster's primary that tells what happens in lines of JSON."""

    def __init__(self, *command: Any) -> None:
        self.process = subprocess.Popen(
            [*map(str, command)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.seen: list[list[Any]] = []

    def until(self, kind: str, count: int = 1) -> list[Any]:
        """Reads on until there are so many lines of a kind; the last."""
        assert self.process.stdout is not None
        while True:
            found = [line for line in self.seen if line[0] == kind]
            if len(found) >= count:
                return found[-1]
            line = self.process.stdout.readline()
            assert line, f"ended early: {self.seen}"
            self.seen.append(json.loads(line))


PAIRS = {
    "node primary, python workers": (NODE, "primary.js", sys.executable, "worker.py"),
    "python primary, node workers": (sys.executable, "primary.py", NODE, "worker.js"),
    "python primary, python workers": (sys.executable, "primary.py", sys.executable, "worker.py"),
}
CASES = [
    (pair, policy)
    for pair in PAIRS
    for policy in ("rr", "none", "least", "function")
    if pair.startswith("python") or policy in ("rr", "none")
]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}, {case[1]}")
def primary(request: pytest.FixtureRequest) -> Iterator[Primary]:
    pair, policy = request.param
    runtime, program, other, worker = PAIRS[pair]
    started = Primary(runtime, HERE / program, policy, other, HERE / worker)
    with started.process:
        try:
            yield started
        finally:
            started.process.kill()


@pytest.mark.timeout(PATIENCE)
async def test_workers_of_another_kind_serve(primary: Primary) -> None:
    _, port = primary.until("port")
    answers = [await fetch(port, b"%d" % number) for number in range(20)]
    assert [answer.split(b":")[1] for answer in answers] == [b"%d" % n for n in range(20)]
    assert sum(Counter(answer.split(b":")[0] for answer in answers).values()) == 20
    primary.until("message", 2)
    assert primary.process.stdin is not None
    primary.process.stdin.close()
    primary.until("exit", 2)
    said = [line for line in primary.seen if line[0] in ("message", "exit")]
    assert sorted(said, key=str) == sorted(
        [["message", {"hello": 1}], ["message", {"hello": 2}], *[["exit", 0, None, True]] * 2],
        key=str,
    )
    assert primary.process.wait(PATIENCE) == 0


def knows_bound_sockets() -> bool:
    """Whether this Node has `net.BoundSocket`."""
    program = "process.exit(require('net').BoundSocket ? 0 : 1)"
    return NODE is not None and subprocess.run([NODE, "-e", program], check=False).returncode == 0


@pytest.mark.skipif(not knows_bound_sockets(), reason="this node has no BoundSocket")
async def test_a_bound_socket_goes_to_node_and_comes_back(serialization: str) -> None:
    child = child_process.fork(HERE / "bound.js", exec_path=NODE, serialization=serialization)
    over = once(child, "close")
    bound = netserve.BoundSocket("127.0.0.1")
    address = bound.address()
    coming = once(child, "message")
    child.send("back", bound)
    (what, port), back = await coming
    assert isinstance(back, netserve.BoundSocket)
    assert isinstance(address, netserve.AddressInfo)
    assert (what, port) == ("back", address.port)
    server = await netserve.start_server(lambda peer: peer.end("served"), handle=back)
    assert server.address() == address
    assert await fetch(address.port) == b"served"
    server.close()
    child.disconnect()
    await over
