"""In Python's development mode the core looks for mistakes: the user's, and its own."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from typing import Any

import pytest

from netserve._core import Reactor, Stream
from tests.programs import ROOT

WRONG_THREAD = """
import asyncio
import netserve

def attempt(what, call):
    try:
        call()
    except RuntimeError as error:
        print(what, "netserve.transfer()" in str(error))

async def main():
    server = await netserve.start_server(host="127.0.0.1")
    coming = netserve.once(server, "connection")
    client = await netserve.open_connection(server.address().port, "127.0.0.1")
    (served,) = await coming

    def elsewhere():
        attempt("write", lambda: client.write(b"lost"))
        attempt("resume", served.resume)
        attempt("end", client.end)

    await asyncio.to_thread(elsewhere)
    client.destroy()
    server.close()
    await server.wait_closed()

netserve.run(main())
"""


def test_a_call_from_another_thread_raises_and_says_what_to_do():
    command = [sys.executable, "-X", "dev", "-c", WRONG_THREAD]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.stdout.splitlines() == ["write True", "resume True", "end True"], done.stderr


class Owner:
    """What a reactor asks for, and nobody gives."""

    def __init__(self) -> None:
        self.broken: list[str] = []

    def _wake(self) -> None: ...
    def _became_idle(self) -> None: ...
    def _broken(self, rule: str) -> None:
        self.broken.append(rule)


class Reader(Stream):
    """Keeps what it reads."""

    def __init__(self) -> None:
        self.read = b""

    def _on_data(self, chunk: bytes) -> None:
        self.read += chunk


@pytest.mark.skipif(sys.platform != "linux", reason="steals an event the way Linux allows")
@pytest.mark.parametrize("stolen", [False, True])
def test_a_wake_up_that_was_lost_is_found(stolen: bool):
    owner: Any = Owner()
    reactor = Reactor(owner, checks=True)
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    reader = Reader()
    reader._begin(reactor, 65536)
    reader._open(ours.detach())
    reader._read_start()
    reactor.poll()
    theirs.send(b"hello")
    if stolen:
        with select.epoll.fromfd(os.dup(reactor.fileno())) as thief:
            assert thief.poll(0)
    reactor.poll()
    assert reader.read == (b"" if stolen else b"hello")
    assert bool(owner.broken) == stolen
    reader._close()
    reactor.close()
    theirs.close()
