"""A worker whose primary is in the hands of the test, message by message."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.programs import PATIENCE, Program

AWAITS = """
import sys
import netserve

def serve(socket):
    socket.pipe(socket)
    socket.write("hello")
    sys.stdin.readline()

async def main():
    server = await netserve.start_server(serve, port=0)
    await server.wait_closed()

netserve.run(main())
"""

SILENT = """
import netserve
netserve.create_server(lambda socket: socket.end("served")).listen(0)
netserve.run()
"""


class FakePrimary:
    """The primary's end of a worker's channel."""

    def __init__(self, python: Any, program: str, **environment: str) -> None:
        self.channel, theirs = socket.socketpair()
        with theirs:
            told = {"NODE_CHANNEL_FD": str(theirs.fileno()), "NODE_UNIQUE_ID": "7", **environment}
            given = {**os.environ, **told}
            options = {"env": given, "pass_fds": [theirs.fileno()], "stdin": subprocess.PIPE}
            self.worker: Program = python("-c", program, **options)
        self.channel.settimeout(PATIENCE)
        self._lines = self.channel.makefile("rb")

    def hear(self, act: str) -> dict[str, Any]:
        """The next message of this kind; others that come before it are skipped."""
        for line in self._lines:
            message: dict[str, Any] = json.loads(line)
            if message.get("act") == act or message.get("cmd") == act:
                return message
        pytest.fail(f"the channel was closed before {act!r} came")

    def say(self, *messages: dict[str, Any], fd: int | None = None) -> None:
        """Sends all of them in one piece, with a descriptor for the one that wants it."""
        data = b"".join(json.dumps(message).encode() + b"\n" for message in messages)
        socket.send_fds(self.channel, [data], [] if fd is None else [fd])

    def close(self) -> None:
        """The primary is gone."""
        self._lines.close()
        self.channel.close()


@pytest.fixture
def primary(python) -> Iterator[Any]:
    """Starts a program as a worker; its primary."""
    made: list[FakePrimary] = []

    def start(program: str, **environment: str) -> FakePrimary:
        made.append(FakePrimary(python, program, **environment))
        return made[-1]

    yield start
    for each in made:
        each.close()


def cluster(**fields: Any) -> dict[str, Any]:
    """A cluster's message."""
    return {"cmd": "NODE_CLUSTER", "seq": 1, **fields}


def dealt(key: str) -> dict[str, Any]:
    """A connection that is dealt."""
    return {"cmd": "NODE_HANDLE", "type": "net.Native", "msg": cluster(act="newconn", key=key)}


def connection() -> tuple[socket.socket, socket.socket]:
    """A TCP connection: the client's end, and the one that was accepted."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        client.settimeout(PATIENCE)
        return client, listener.accept()[0]


def test_who_waits_for_a_server_that_serves_and_is_closed_ends_with_its_last_connection(primary):
    one = primary(AWAITS)
    asked = one.hear("queryServer")
    client, accepted = connection()
    with client, accepted:
        answer = cluster(ack=asked["seq"], errno=None, key="k", data=None)
        one.say(answer, dealt("k"), fd=accepted.fileno())
        accepted.close()
        assert client.recv(100) == b"hello"
        # The worker is still busy with that when it is told to leave.
        one.say(cluster(act="disconnect"))
        one.worker.process.stdin.write("go on\n")
        one.worker.process.stdin.flush()
        for _ in range(20):
            client.sendall(b"still here")
            assert client.recv(100) == b"still here"
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100) == b""
    one.worker.result()


def test_a_program_that_only_listens_is_a_worker_all_the_same(primary):
    one = primary(SILENT)
    assert one.hear("online")
    asked = one.hear("queryServer")
    client, accepted = connection()
    with client, accepted:
        one.say(cluster(ack=asked["seq"], errno=None, key="k"), dealt("k"), fd=accepted.fileno())
        accepted.close()
        assert client.recv(100) == b"served"
    one.say(cluster(act="disconnect"))
    assert one.hear("close")["key"] == "k"
    assert one.worker.result() == (0, "", "")


def test_a_connection_that_was_accepted_is_served_by_a_worker_that_is_told_to_leave(primary):
    one = primary(SILENT)
    asked = one.hear("queryServer")
    one.say(cluster(ack=asked["seq"], errno=None, key="k"))
    client, accepted = connection()
    with client, accepted:
        # Both are there when the worker reads: it answers for the connection, and leaves.
        one.say(dealt("k"), cluster(act="disconnect"), fd=accepted.fileno())
        accepted.close()
        assert client.recv(100) == b"served"
    assert one.worker.result() == (0, "", "")


STARTS = """
import sys
import netserve

async def main():
    {before}
    print("starts", flush=True)
    server = await netserve.start_server(lambda socket: None, port=0, host={host!r})
    print("listens at", server.address().port, flush=True)
    async with server:
        await server.wait_closed()

netserve.run(main())
"""
STARTS_AT_ONCE = STARTS.format(before="", host="127.0.0.1")


def test_a_worker_that_is_told_to_leave_while_it_waits_to_listen_ends_with_0(primary):
    one = primary(STARTS_AT_ONCE)
    one.hear("queryServer")
    one.say(cluster(act="disconnect"))
    assert one.worker.result() == (0, "starts\n", "")


def test_an_answer_that_comes_too_late_is_given_back(primary):
    one = primary(STARTS_AT_ONCE)
    asked = one.hear("queryServer")
    one.say(cluster(act="disconnect"), cluster(ack=asked["seq"], errno=None, key="k"))
    assert one.worker.result() == (0, "starts\n", "")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_worker_that_is_told_to_leave_before_it_listens_ends_with_0(primary, host):
    wait = "import asyncio; netserve.cluster.worker; await asyncio.to_thread(sys.stdin.readline)"
    one = primary(STARTS.format(before=wait, host=host))
    one.hear("online")
    one.say(cluster(act="disconnect"))
    assert one.channel.recv(1) == b""  # it has left
    one.worker.process.stdin.write("go on\n")
    one.worker.process.stdin.flush()
    assert one.worker.result() == (0, "starts\n", "")


def test_a_worker_that_is_told_to_leave_as_it_begins_to_listen_ends_with_0(primary):
    one = primary(STARTS_AT_ONCE)
    asked = one.hear("queryServer")
    name = {"address": "127.0.0.1", "port": 8124, "family": "IPv4"}
    answer = cluster(ack=asked["seq"], errno=None, key="k", sockname=name)
    one.say(answer, cluster(act="disconnect"))
    code, output, errors = one.worker.result()
    assert (code, errors) == (0, "")
    assert output in ("starts\n", "starts\nlistens at 8124\n")


def test_a_worker_whose_primary_goes_while_it_waits_to_listen_ends_with_0(primary):
    one = primary(STARTS_AT_ONCE)
    one.hear("queryServer")
    one.close()
    assert one.worker.result() == (0, "starts\n", "")


FAILS = """
import netserve
from netserve import cluster
server = netserve.create_server()
server.on("error", lambda error: print(error.code, error.syscall, flush=True))
server.listen(0)
netserve.run()
"""


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"errno": -98, "key": "k"}, "EADDRINUSE"),
        ({"errno": "no number", "key": "k"}, "EPROTO"),
        ({"errno": None}, "EPROTO"),
        ({"errno": None, "key": 7}, "EPROTO"),
        ({"errno": None, "key": "k", "sockname": "nowhere"}, "EPROTO"),
        ({"errno": 98, "key": "k"}, "EPROTO"),
    ],
)
def test_a_primary_that_can_not_listen_is_an_error_whatever_it_says(primary, answer, code):
    one = primary(FAILS)
    one.say(cluster(ack=one.hear("queryServer")["seq"], **answer))
    assert one.worker.line() == f"{code} bind"
    one.say(cluster(act="disconnect"))
    assert one.worker.result() == (0, "", "")


def test_what_a_worker_does_not_know_is_ignored(primary):
    one = primary(SILENT)
    one.hear("queryServer")
    one.say(
        cluster(act="dance"),
        cluster(act="newconn", key="k"),
        cluster(ack=99),
        cluster(),
        cluster(act="disconnect"),
    )
    assert one.worker.result() == (0, "", "")
