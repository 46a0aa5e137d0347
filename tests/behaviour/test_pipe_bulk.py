"""`pipe()` of a stream so thick that on Linux the kernel moves it: nobody can tell from outside.

What the destination's kernel does not take then waits in a pipe of the kernel's, and everything
that can happen to a socket happens here while bytes are in there.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import netserve
from netserve import Socket, once
from tests.behaviour.families import forked
from tests.behaviour.pairs import Pair, as_socket, pair, still
from tests.conftest import LOOPS, TRANSPORTS, open_descriptors

# What moves the bytes knows no loop, and knows no more of a socket than what it is.
pytestmark = [pytest.mark.loops("asyncio"), pytest.mark.transports("ipv4", "path")]

BLOCK = random.Random(4712).randbytes(1 << 20)
# Enough to be seen as a stream, and then more than the kernel's buffers behind a pipe take.
BULK = BLOCK * 8
BEGINNING = 3 << 20
BUFFERS = 1 << 18  # of those; asked for, because the kernel's own grow
REST = BULK[BEGINNING:]
# A stream with a length that no size of a buffer divides.
STREAM = BLOCK * 6 + BLOCK[:12_345]
KEPT = 4  # pipes that a reactor keeps for the next stream

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has splice")


def sha(*parts: bytes) -> str:
    digested = hashlib.sha256()
    for part in parts:
        digested.update(part)
    return digested.hexdigest()


async def digest(reader: Socket) -> str:
    digested = hashlib.sha256()
    async for chunk in reader:
        digested.update(chunk)
    return digested.hexdigest()


def pipes() -> int:
    """Pipes of the kernel's that are open here."""
    names = [name for name in open_descriptors().values() if name.startswith("pipe:")]
    return len(names) // 2


@contextlib.asynccontextmanager
async def chain(transport) -> AsyncIterator[tuple[Pair, Pair]]:
    """`left.client` → `left.served` ⇒ `right.client` → `right.served`; the arrow ⇒ is a pipe."""
    half = {"allow_half_open": True}
    async with pair(transport, half, **half) as left, pair(transport, half, **half) as right:
        for end in right.client, right.served:
            with as_socket(end) as plain:
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFERS)
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFERS)
        left.served.pipe(right.client)
        yield left, right


@contextlib.asynccontextmanager
async def stuck(transport) -> AsyncIterator[tuple[Pair, Pair]]:
    """A chain whose far end has read the beginning and no more: bytes wait in the destination."""
    async with chain(transport) as (left, right):
        left.client.end(BULK)
        assert sha(await right.served.readexactly(BEGINNING)) == sha(BULK[:BEGINNING])
        right.served.pause()
        while not right.client.writable_length:
            await asyncio.sleep(0)
        await still(left.served, right.client, right.served)
        assert right.client.writable_length
        yield left, right


@pytest.mark.loops(*LOOPS)
@pytest.mark.transports(*TRANSPORTS)
async def test_a_stream_arrives_whole_both_ways_at_once(transport):
    async with chain(transport) as (left, right):
        right.client.pipe(left.served)
        left.client.end(BULK)
        right.served.end(BULK[5:])
        there, back = await asyncio.gather(digest(right.served), digest(left.client))
        assert there == sha(BULK)
        assert back == sha(BULK[5:])
        assert left.served.bytes_read == right.client.bytes_written == len(BULK)
        assert right.client.bytes_read == left.served.bytes_written == len(BULK) - 5


async def test_a_thick_stream_piped_into_its_own_source_is_an_echo(transport):
    half = {"allow_half_open": True}
    async with pair(transport, half, **half) as ends:
        ends.served.pipe(ends.served)
        ends.client.end(BULK)
        assert await digest(ends.client) == sha(BULK)


async def test_messages_and_streams_may_take_turns(transport):
    async with chain(transport) as (left, right):
        for _ in range(3):
            left.client.write(b"message")
            assert await right.served.readexactly(7) == b"message"
            left.client.write(STREAM)
            digested = hashlib.sha256()
            for at in range(0, len(STREAM), 1 << 15):
                size = min(1 << 15, len(STREAM) - at)
                digested.update(await right.served.readexactly(size))
            assert digested.hexdigest() == sha(STREAM)


@pytest.mark.transports(*TRANSPORTS)
@linux
async def test_what_a_slow_reader_leaves_waits_in_the_kernel_and_is_counted(transport):
    async with stuck(transport) as (left, right):
        assert pipes() >= 1
        assert left.served.bytes_read == right.client.bytes_written < len(BULK)
        assert right.client.writable_length <= 4 << 20
        assert await digest(right.served) == sha(REST)
        assert right.client.writable_length == 0


@linux
async def test_streams_that_are_over_hold_no_pipe(transport):
    before = pipes()
    async with contextlib.AsyncExitStack() as stack:
        chains = [await stack.enter_async_context(stuck(transport)) for _ in range(KEPT * 2)]
        assert pipes() > before + KEPT
        for _, right in chains:
            assert await digest(right.served) == sha(REST)
        assert pipes() <= before + KEPT


async def test_what_is_written_while_bytes_wait_comes_behind_them(transport):
    async with stuck(transport) as (left, right):
        left.served.unpipe()
        passed = left.served.bytes_read - left.served.readable_length
        right.client.end(b"written")
        assert await digest(right.served) == sha(BULK[BEGINNING:passed], b"written")


async def test_unpipe_in_the_middle_loses_nothing(transport):
    async with stuck(transport) as (left, right):
        left.served.unpipe(right.client)
        right.client.end()
        passed = left.served.bytes_read - left.served.readable_length
        there, kept = await asyncio.gather(digest(right.served), digest(left.served))
        assert there == sha(BULK[BEGINNING:passed])
        assert kept == sha(BULK[passed:])


async def test_a_data_listener_added_in_the_middle_sees_the_rest(transport):
    async with stuck(transport) as (left, right):
        passed = left.served.bytes_read
        seen = hashlib.sha256()
        left.served.on("data", seen.update)
        assert await digest(right.served) == sha(REST)
        assert seen.hexdigest() == sha(BULK[passed:])


async def test_a_destination_destroyed_while_bytes_wait_is_unpiped(transport):
    async with stuck(transport) as (left, right):
        unpiped = once(right.client, "unpipe")
        right.client.destroy()
        assert await unpiped == (left.served,)
        assert left.served.destroyed is False
        assert right.client.writable_length == 0


async def test_a_source_destroyed_while_bytes_wait_leaves_them_to_the_destination(transport):
    async with stuck(transport) as (left, right):
        passed = left.served.bytes_read
        left.client.on("error", lambda error: None)  # of bytes that nobody has read
        left.served.destroy()
        right.client.end()
        assert await digest(right.served) == sha(BULK[BEGINNING:passed])


async def test_a_far_end_that_breaks_in_the_middle_is_an_error_of_the_destination(transport):
    async with stuck(transport) as (left, right):
        failed = once(right.client, "error")
        right.served.destroy()
        (error,) = await failed
        assert error.code in ("EPIPE", "ECONNRESET")
        assert left.served.destroyed is False


async def test_a_source_that_is_reset_in_the_middle_leaves_the_destination_open(transport):
    if transport.kind in ("path", "abstract"):
        pytest.skip("only TCP has resets")
    async with chain(transport) as (left, right):
        failed = once(left.served, "error")
        left.client.write(BULK)
        await right.served.readexactly(BEGINNING)
        left.client.reset_and_destroy()
        right.served.resume()
        (error,) = await failed
        assert error.code == "ECONNRESET"
        assert right.client.destroyed is False


@pytest.mark.transports(*TRANSPORTS)
async def test_the_end_comes_behind_what_waits(transport):
    async with chain(transport) as (left, right):
        right.served.pause()
        left.client.end(STREAM)
        await still(left.served, right.client, right.served)
        assert right.client.writable_finished is False
        assert await digest(right.served) == sha(STREAM)


async def test_idle_clocks_run_by_what_is_moved(transport):
    """The subject is time: a slow stream keeps both clocks quiet, one that rests does not."""
    async with stuck(transport) as (left, right):
        fired: list[str] = []
        left.served.set_timeout(0.6, lambda: fired.append("source"))
        right.client.set_timeout(0.6, lambda: fired.append("destination"))
        for _ in range(8):
            await asyncio.sleep(0.1)
            await right.served.readexactly(1 << 18)
        assert fired == []
        right.served.pause()
        while set(fired) != {"source", "destination"}:
            await asyncio.sleep(0.01)


async def test_a_destination_with_bytes_in_the_kernels_pipe_is_not_given_away(transport):
    async with forked() as child, stuck(transport) as (left, right):
        left.served.unpipe()
        told = asyncio.get_running_loop().create_future()
        child.send(["kind", None], right.client, callback=told.set_result)
        assert (await told).code == "ERR_SOCKET_BYTES_WAITING"


PRELUDE = """
import asyncio, hashlib, json, os, resource, signal, sys, tempfile
import netserve
from netserve import once

BULK = bytes(range(256)) * (1 << 16)

async def proxied(folder):
    far = asyncio.get_running_loop().create_future()
    half = {"allow_half_open": True}
    end = netserve.create_server(far.set_result, **half).listen(path=folder + "/end")
    await end.wait_listening()

    def on_connection(client):
        there = netserve.create_connection(path=end.address(), **half)
        there.on("error", lambda error: client.destroy())
        client.on("error", lambda error: there.destroy())
        client.pipe(there)

    proxy = netserve.create_server(on_connection, **half).listen(path=folder + "/proxy")
    await proxy.wait_listening()
    near = await netserve.open_connection(path=proxy.address(), **half)
    return near, await far, (end, proxy)

def run(main):
    with tempfile.TemporaryDirectory(prefix="netserve-", dir="/tmp") as folder:
        asyncio.run(main(folder))

async def shut(*servers):
    for server in servers:
        server.close().close_all_connections()
        await server.wait_closed()
"""


def run_program(program: str) -> object:
    """What a program prints, run with the netserve of these tests."""
    path = str(Path(netserve.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PRELUDE + program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, (done.returncode, done.stderr)
    return json.loads(done.stdout)


WITHOUT_DESCRIPTORS = """
async def main(folder):
    near, far, servers = await proxied(folder)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    filler = []
    while True:
        try:
            filler.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            break
    near.end(BULK)
    digested = hashlib.sha256()
    async for chunk in far:
        digested.update(chunk)
    for fd in filler:
        os.close(fd)
    await shut(*servers)
    print(json.dumps(digested.hexdigest() == hashlib.sha256(BULK).hexdigest()))

run(main)
"""


def test_without_descriptors_for_a_pipe_a_stream_is_copied():
    assert run_program(WITHOUT_DESCRIPTORS) is True


SIGNALLED = """
signal.signal(signal.SIGPIPE, signal.SIG_DFL)

async def main(folder):
    near, far, servers = await proxied(folder)
    gone = asyncio.get_running_loop().create_future()
    near.on("error", lambda error: None).on("close", gone.set_result)

    def on_data(chunk):
        # Nothing is left unread, so the proxy hears of an end first, and goes on writing: EPIPE.
        if far.bytes_read > len(BULK) // 2:
            far.destroy()

    far.on("data", on_data)
    near.write(BULK)
    await gone
    await shut(*servers)
    print(json.dumps("alive"))

run(main)
"""


def test_a_program_that_does_not_ignore_sigpipe_outlives_a_peer_that_is_gone():
    assert run_program(SIGNALLED) == "alive"
