"""In Python's development mode the core looks for mistakes: the user's, and its own."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from netserve._core import Reactor, Stream, io
from tests.programs import ROOT

PRELUDE = """
import asyncio
import threading
import netserve

def attempt(what, call):
    try:
        call()
    except RuntimeError as error:
        print(what, "netserve.transfer()" in str(error))

async def connected():
    server = await netserve.start_server(host="127.0.0.1")
    coming = netserve.once(server, "connection")
    client = await netserve.open_connection(server.address().port, "127.0.0.1")
    (served,) = await coming
    server.close()
    return client, served
"""

WRONG_THREAD = """
async def main():
    client, served = await connected()
    client.cork()

    def elsewhere():
        attempt("write", lambda: client.write(b"lost"))
        attempt("resume", served.resume)
        attempt("pause", served.pause)
        attempt("cork", client.cork)
        attempt("uncork", client.uncork)
        attempt("unref", client.unref)
        attempt("end", client.end)
        attempt("destroy", client.destroy)

    await asyncio.to_thread(elsewhere)
    client.write(b"all ")
    client.uncork()
    client.end(b"as before")
    print((await served.read()).decode())
    await client.wait_closed()

netserve.run(main())
"""

PIPED_ELSEWHERE = """
async def main():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    client, source = await connected()
    target, far = await connected()
    moved = netserve.transfer(target, loop)
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop))
    attempt("pipe", lambda: source.pipe(moved))
    client.write(b"data")
    print(await source.read(4), far.bytes_read)
    client.destroy()
    far.destroy()
    asyncio.run_coroutine_threadsafe(loop.shutdown_asyncgens(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()

netserve.run(main())
"""


def printed(program: str) -> list[str]:
    """What a program prints in the development mode."""
    command = [sys.executable, "-X", "dev", "-c", PRELUDE + program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_call_from_another_thread_raises_says_what_to_do_and_changes_nothing():
    calls = ("write", "resume", "pause", "cork", "uncork", "unref", "end", "destroy")
    assert printed(WRONG_THREAD) == [*(f"{call} True" for call in calls), "all as before"]


def test_a_pipe_into_another_threads_socket_writes_nothing_there():
    assert printed(PIPED_ELSEWHERE) == ["pipe True", "b'data' 0"]


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

    def _on_loop_end(self) -> None: ...


@contextlib.contextmanager
def reading(owner: Any, reader: Reader) -> Iterator[tuple[Reactor, socket.socket]]:
    """A reactor with a stream that reads, and the stream's peer."""
    reactor = Reactor(owner, checks=True)
    reactor.open()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    io.begin(reader, reactor, 65536)
    io.open(reader, ours.detach())
    io.read_start(reader)
    with theirs:
        yield reactor, theirs
    reactor.close("the test is over")


@pytest.mark.skipif(sys.platform != "linux", reason="steals an event the way Linux allows")
@pytest.mark.parametrize("stolen", [False, True])
def test_a_wake_up_that_was_lost_is_found(stolen: bool):
    owner, reader = Owner(), Reader()
    with reading(owner, reader) as (reactor, theirs):
        reactor.poll()
        theirs.send(b"hello")
        if stolen:
            with select.epoll.fromfd(os.dup(reactor.fileno())) as thief:
                assert thief.poll(0)
        reactor.poll()
    assert reader.read == (b"" if stolen else b"hello")
    assert bool(owner.broken) == stolen


class Interrupted(Reader):
    def _on_data(self, chunk: bytes) -> None:
        raise KeyboardInterrupt


class Failing(Owner):
    def _wake(self) -> None:
        raise ZeroDivisionError


def test_what_stops_the_program_leaves_the_turn_whatever_else_fails():
    with reading(Failing(), Interrupted()) as (reactor, theirs):
        theirs.send(b"hello")
        with pytest.raises(KeyboardInterrupt):
            reactor.poll()
