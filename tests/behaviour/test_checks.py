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

# Every public name of a server and a socket: how it is used, or that using it only looks.
EVERYWHERE = """
import inspect

def nothing(*_):
    pass

def call(name, *arguments, **options):
    return lambda one: getattr(one, name)(*arguments, **options)

def give(name, value):
    return lambda one: setattr(one, name, value)

def awaited(name, *arguments):
    return lambda one: asyncio.run(until(getattr(one, name)(*arguments)))

async def until(awaitable):
    return await awaitable

LISTENERS = {
    "on": call("on", "x", nothing),
    "once": call("once", "x", nothing),
    "off": call("off", "x", nothing),
    "prepend_listener": call("prepend_listener", "x", nothing),
    "prepend_once_listener": call("prepend_once_listener", "x", nothing),
    "remove_all_listeners": call("remove_all_listeners", "x"),
    "emit": call("emit", "x"),
    "set_max_listeners": call("set_max_listeners", 5),
}
LOOKS = {
    "address", "default_max_listeners", "event_names", "fileno", "get_max_listeners",
    "listener_count", "listeners",
}
SERVER = LISTENERS | {
    "broadcast": call("broadcast", b"x"),
    "close": call("close"),
    "close_all_connections": call("close_all_connections"),
    "close_idle_connections": call("close_idle_connections"),
    "close_timeout": give("close_timeout", 1),
    "drop_max_connection": give("drop_max_connection", True),
    "get_connections": call("get_connections", nothing),
    "listen": call("listen", 0),
    "max_connections": give("max_connections", 1),
    "ref": call("ref"),
    "unref": call("unref"),
    "wait_closed": awaited("wait_closed"),
    "wait_listening": awaited("wait_listening"),
}
SERVER_LOOKS = LOOKS | {"connections", "listening"}
SOCKET = LISTENERS | {
    "connect": call("connect", 1),
    "cork": call("cork"),
    "destroy": call("destroy"),
    "destroy_soon": call("destroy_soon"),
    "drain": awaited("drain"),
    "end": call("end"),
    "get_type_of_service": call("get_type_of_service"),
    "pause": call("pause"),
    "pipe": lambda one: one.pipe(one),
    "read": awaited("read"),
    "readexactly": awaited("readexactly", 1),
    "readline": awaited("readline"),
    "readuntil": awaited("readuntil"),
    "ref": call("ref"),
    "reset_and_destroy": call("reset_and_destroy"),
    "resume": call("resume"),
    "set_encoding": call("set_encoding"),
    "set_keep_alive": call("set_keep_alive", True),
    "set_no_delay": call("set_no_delay"),
    "set_timeout": call("set_timeout", 1),
    "set_type_of_service": call("set_type_of_service", 0),
    "timeout": give("timeout", 1),
    "uncork": call("uncork"),
    "unpipe": call("unpipe"),
    "unref": call("unref"),
    "unshift": call("unshift", b"x"),
    "wait_closed": awaited("wait_closed"),
    "write": call("write", b"x"),
}
SOCKET_LOOKS = LOOKS | {
    "allow_half_open", "auto_select_family_attempted_addresses", "bytes_read", "bytes_written",
    "closed", "connecting", "destroyed", "errored", "is_paused", "local_address", "local_family",
    "local_port", "pending", "readable", "readable_aborted", "readable_did_read",
    "readable_encoding", "readable_ended", "readable_flowing", "readable_high_water_mark",
    "readable_length", "ready_state", "remote_address", "remote_family", "remote_port", "server",
    "writable", "writable_aborted", "writable_corked", "writable_ended", "writable_finished",
    "writable_high_water_mark", "writable_length", "writable_need_drain",
}

def left_out(kind, uses, looks):
    public = {name for name in dir(kind) if not name.startswith("_")}
    return sorted(public - uses.keys() - looks)

def refused(use, one):
    try:
        use(one)
    except RuntimeError as error:
        return "thread" in str(error) or "another event loop" in str(error)
    return False

async def main():
    client, served = await connected()
    server = await netserve.start_server(host="127.0.0.1")
    def elsewhere():
        print(left_out(netserve.Server, SERVER, SERVER_LOOKS))
        print(left_out(netserve.Socket, SOCKET, SOCKET_LOOKS))
        print([name for name, use in SERVER.items() if not refused(use, server)])
        print([name for name, use in SOCKET.items() if not refused(use, client)])
    before = vars(client).copy(), vars(server).copy()
    await asyncio.to_thread(elsewhere)
    print((vars(client), vars(server)) == before)
    server.close()
    client.destroy()
    served.destroy()

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


def test_every_use_of_a_server_or_a_socket_of_another_thread_s_is_refused():
    """Nothing is left out, nothing is allowed, and nothing has changed."""
    assert printed(EVERYWHERE) == ["[]", "[]", "[]", "[]", "True"]


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
