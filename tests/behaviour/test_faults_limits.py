"""A process at its limits: out of descriptors, a peer that never reads, a rain of signals.

Each in a process of its own, which prints what it found as JSON.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

import netserve

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits and signals")

PRELUDE = """
import asyncio, json, os, resource, signal, socket, sys, threading, time
import netserve
from netserve import once

def connect(server):
    return socket.create_connection(("127.0.0.1", server.address().port), timeout=10)
"""


def run_program(program: str):
    """What a program prints, run with the netserve of these tests."""
    path = str(pathlib.Path(netserve.__file__).parent.parent)
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", PRELUDE + program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


OUT_OF_DESCRIPTORS = """
async def main():
    served = []
    server = await netserve.start_server(served.append, port=0, host="127.0.0.1")
    dropped = []
    server.on("drop", dropped.append)
    coming = once(server, "connection")
    first = connect(server)
    (connection,) = await coming
    connection.on("data", connection.write)

    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    filler = []
    late = [socket.socket() for _ in range(10)]
    while True:
        try:
            filler.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            break

    for each in late:
        each.connect(("127.0.0.1", server.address().port))
    while len(dropped) < len(late):
        await once(server, "drop")
    ends = [each.recv(1) for each in late]

    began, cpu = time.monotonic(), time.process_time()
    while time.monotonic() - began < 0.5:
        first.send(b"still here?")
        heard = await asyncio.to_thread(first.recv, 100)
        await asyncio.sleep(0.1)  # time is the subject: what a rest of half a second costs
    spent = time.process_time() - cpu

    for fd in filler:
        os.close(fd)
    coming = once(server, "connection")
    again = connect(server)
    await coming
    for each in (first, again, *late):
        each.close()
    server.close().close_all_connections()
    await server.wait_closed()
    print(json.dumps({"ends": [end.decode() for end in ends], "heard": heard.decode(),
                      "dropped": len(dropped), "spent": spent, "served": len(served)}))

async def warm():
    await asyncio.to_thread(int)
    await main()

asyncio.run(warm())
"""


def test_out_of_descriptors_a_server_serves_those_it_has_and_sheds_the_others():
    found = run_program(OUT_OF_DESCRIPTORS)
    assert found["ends"] == [""] * 10, "each one turned away sees an end, not silence"
    assert found["dropped"] == 10
    assert found["heard"] == "still here?"
    assert found["served"] == 2, "the first, and one more once there was room again"
    assert found["spent"] < 0.25, "half a second without descriptors must not be half a second busy"


CONNECT_WITHOUT_DESCRIPTORS = """
async def main():
    server = await netserve.start_server(lambda c: c.resume(), port=0, host="127.0.0.1")
    client = netserve.Socket()
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    filler = []
    while True:
        try:
            filler.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            break
    client.connect(server.address().port, "127.0.0.1")
    try:
        await client.wait_closed()
    except OSError as refused:
        error = refused
    for fd in filler:
        os.close(fd)
    client.connect(server.address().port, "127.0.0.1")
    await once(client, "connect")
    client.destroy()
    server.close().close_all_connections()
    await server.wait_closed()
    print(json.dumps([error.code, error.syscall]))

asyncio.run(main())
"""


def test_connecting_without_descriptors_is_an_error_and_works_once_there_are_some():
    assert run_program(CONNECT_WITHOUT_DESCRIPTORS) == ["EMFILE", "socket"]


NEVER_READS = """
def resident():
    with open("/proc/self/statm") as numbers:
        return int(numbers.read().split()[1]) * resource.getpagesize()

async def main():
    server = await netserve.start_server(port=0, host="127.0.0.1")
    coming = once(server, "connection")
    silent = connect(server)
    (connection,) = await coming
    connection.on("error", lambda error: None)
    chunk = bytes(16384)
    before, highest = resident(), 0

    async def honest_writer():
        nonlocal highest
        while not connection.destroyed:
            if not connection.write(chunk):
                highest = max(highest, connection.writable_length)
                await once(connection, "drain")

    writer = asyncio.create_task(honest_writer())
    done, _ = await asyncio.wait({writer}, timeout=0.5)
    grown = resident() - before
    writer.cancel()
    silent.close()
    connection.destroy()
    server.close()
    await server.wait_closed()
    print(json.dumps({"stopped": bool(done), "highest": highest, "grown": grown}))

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_peer_that_never_reads_costs_no_more_than_the_high_water_mark():
    found = run_program(NEVER_READS)
    assert not found["stopped"], "the writer waits for a drain that never comes"
    assert 65536 <= found["highest"] <= 65536 + 16384
    assert found["grown"] < 4 * 1024 * 1024


RAIN_OF_SIGNALS = """
SIZE = 20_000_000
ticks = 0

def tick(*_):
    global ticks
    ticks += 1

async def main():
    signal.signal(signal.SIGALRM, tick)
    signal.siginterrupt(signal.SIGALRM, True)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    server = await netserve.start_server(lambda c: c.pipe(c), port=0, host="127.0.0.1")
    received, wanted = 0, bytes(range(256)) * (SIZE // 256)
    same = True
    for _ in range(3):
        client = await netserve.open_connection(server.address().port, "127.0.0.1")
        client.end(wanted)
        got = bytearray()
        async for chunk in client:
            got += chunk
        same = same and got == wanted
    signal.setitimer(signal.ITIMER_REAL, 0)
    server.close()
    await server.wait_closed()
    print(json.dumps({"same": same, "ticks": ticks}))

asyncio.run(main())
"""


def test_a_transfer_survives_a_rain_of_signals():
    found = run_program(RAIN_OF_SIGNALS)
    assert found["ticks"] > 20
    assert found["same"]
