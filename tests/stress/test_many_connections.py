"""Ten thousand connections: what they cost while they are there, and nothing afterwards."""

from __future__ import annotations

import resource
import sys
from itertools import pairwise

import pytest

from tests.stress.amounts import amount
from tests.stress.programs import run_program

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.timeout(60),
]

# Some descriptors are for the interpreter; the rest may be connections.
COUNT = min(10_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 200)

# The server, with a client in a child: each has all the descriptors that the limit allows.
ROUNDS = """
rounds = json.loads(sys.argv[1])
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

def client(port, orders, answers):
    "Opens all, uses all, closes all: once for each order."
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for count in rounds:
        os.read(orders, 1)
        plain = []
        for _ in range(count):
            plain.append(socket.create_connection(("127.0.0.1", port)))
        for each in plain:
            each.send(b"ping")
        for each in plain:
            assert each.recv(100) == b"ping"
        for each in plain:
            each.close()
        os.write(answers, b".")

async def main():
    gone = asyncio.Event()
    peak = 0

    def on_connection(connection):
        nonlocal peak
        peak = max(peak, len(server._sockets))
        connection.on("data", connection.write).on("close", closed)

    def closed(_):
        if not server._sockets:
            gone.set()

    server = await netserve.start_server(on_connection, port=0, host="127.0.0.1")
    orders, order = os.pipe()
    answer, answers = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(order)
            client(server.address().port, orders, answers)
            status = 0
        finally:
            os._exit(status)
    os.close(orders), os.close(answers)
    before, memory = descriptors(), []
    for _ in rounds:
        os.write(order, b".")
        assert await asyncio.to_thread(os.read, answer, 1) == b"."
        while server._sockets:
            gone.clear()
            await gone.wait()
        memory.append(resident())
    after = descriptors()
    os.close(order), os.close(answer)
    os.waitpid(child, 0)
    server.close()
    await server.wait_closed()
    print(json.dumps({"before": before, "after": after, "memory": memory, "peak": peak}))

asyncio.run(main())
"""


def test_ten_thousand_connections_leave_no_descriptor_and_no_memory_behind():
    # All of them once; what is left behind shows in the rounds that follow.
    found = run_program(ROUNDS, [COUNT, *[amount(COUNT // 5, COUNT)] * 4])
    assert found["peak"] > COUNT * 0.9, "all of them were there at once"
    assert found["after"] <= found["before"] + 1, "the thread's own wake-up may be new"
    memory = found["memory"]
    growth = [later - earlier for earlier, later in pairwise(memory)]
    assert growth[0] < 3_000_000
    # Python's allocator takes and gives back whole megabytes: a leak would grow in every round.
    assert min(growth[1:]) < 100_000


IDLE = """
count = int(sys.argv[1])

async def main():
    sockets = [netserve.Socket() for _ in range(count)]
    told = []
    began = time.process_time()
    for each in sockets:
        each.set_timeout(60, told.append)
    started = time.process_time() - began
    began = time.process_time()
    for _ in range(20):
        sockets[0].set_timeout(0.001)
        await asyncio.sleep(0.05)
    idle = time.process_time() - began
    began = time.process_time()
    for each in sockets:
        each.set_timeout(0)
    stopped = time.process_time() - began
    print(json.dumps({"started": started, "idle": idle, "stopped": stopped, "told": len(told)}))

asyncio.run(main())
"""


def test_ten_thousand_idle_clocks_cost_nothing_while_they_run():
    found = run_program(IDLE, 10_000)
    assert found["told"] == 0
    assert found["started"] < 1.0
    assert found["stopped"] < 1.0
    assert found["idle"] < 0.25, "a second of idling, with one clock that speaks"


SHORTER_AND_SHORTER = """
async def main():
    loop = asyncio.get_running_loop()
    asked, plain = 0, loop.call_later

    def counted(*args, **options):
        nonlocal asked
        asked += 1
        return plain(*args, **options)

    loop.call_later = counted
    long, short = netserve.Socket().set_timeout(0.05), netserve.Socket()
    for n in range(200):
        short.set_timeout(0.045 - n / 10_000)
    short.set_timeout(0)
    asked = 0
    await asyncio.sleep(0.5)
    long.set_timeout(0)
    print(json.dumps(asked))

asyncio.run(main())
"""


def test_clocks_that_were_overtaken_leave_no_wake_ups_behind():
    assert run_program(SHORTER_AND_SHORTER) < 30
