"""Many messages on a few connections leave nothing behind."""

from __future__ import annotations

import sys

import pytest

from tests.stress.amounts import amount
from tests.stress.programs import run_program

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.timeout(60),
]

# Four connections, each with a ball in the air: every message is one event on both sides.
PING_PONG = """
COUNT, BALLS = int(sys.argv[1]), 4
MESSAGE = b"x" * 64

async def main():
    server = await netserve.start_server(port=0, host="127.0.0.1")
    server.on("connection", lambda connection: connection.on("data", connection.write))
    port = server.address().port
    clients = [await netserve.open_connection(port, "127.0.0.1") for _ in range(BALLS)]
    left, done = 0, None

    def player(client):
        def hit(_):
            nonlocal left
            left -= 1
            if left > 0:
                client.write(MESSAGE)
            elif left == 0:
                done.set_result(None)
        return hit

    for client in clients:
        client.on("data", player(client))

    async def play(messages):
        nonlocal left, done
        left, done = messages // 2, asyncio.get_running_loop().create_future()
        for client in clients:
            client.write(MESSAGE)
        await done
        await asyncio.sleep(0.01)  # the last balls come down
        gc.collect()
        return resident(), len(gc.get_objects())

    warm = await play(COUNT // 10)
    end = await play(COUNT)
    for client in clients:
        client.destroy()
    server.close()
    await server.wait_closed()
    print(json.dumps({"memory": end[0] - warm[0], "objects": end[1] - warm[1]}))

asyncio.run(main())
"""


def test_many_messages_leave_no_memory_and_no_objects_behind():
    found = run_program(PING_PONG, amount(200_000, 2_000_000))
    assert found["memory"] < 1_000_000
    assert found["objects"] < 100
