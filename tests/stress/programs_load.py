"""A primary with supervised workers: `python -m tests.stress.programs_load POLICY COUNT`.

Says where it listens, a line for each worker that comes up. SIGTERM stops it. A client sends a
number in a line and gets `answer()`.
"""

from __future__ import annotations

import asyncio
import signal
import sys

import netserve
from netserve import cluster

POLICIES = {
    "rr": cluster.SCHED_RR,
    "least": cluster.SCHED_LEAST,
    "shared": cluster.SCHED_NONE,
}


def answer(worker: int, number: int) -> bytes:
    """What a worker answers: as long as the first four bytes say, and different for each number."""
    text = b"%d:%d:" % (worker, number) + b"%d," % (number * 7919) * (number % 100)
    return len(text).to_bytes(4, "big") + text


def judge(number: int, got: bytes) -> tuple[str, int]:
    """What a client got: `right`, `wrong` or `cut` off; and from which worker."""
    if len(got) < 4 or len(got) < 4 + int.from_bytes(got[:4], "big"):
        return "cut", 0
    worker = got[4:].split(b":")[0]
    right = worker.isdigit() and got == answer(int(worker), number)
    return ("right", int(worker)) if right else ("wrong", 0)


async def on_connection(socket: netserve.Socket) -> None:
    """Answers one number."""
    assert cluster.worker is not None
    try:
        number = int(await socket.readline() or 0)
        socket.end(answer(cluster.worker.id, number))
    except OSError:
        return  # the client is gone


async def primary(policy: str, count: int) -> None:
    """Keeps so many workers running until SIGTERM."""
    cluster.scheduling_policy = POLICIES[policy]
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    cluster.on("listening", lambda _, where: print(f"{where.address}:{where.port}", flush=True))
    supervisor = cluster.supervise(count)
    await stopped.wait()
    await supervisor.stop()


if __name__ == "__main__":
    if cluster.is_worker:
        netserve.create_server(on_connection).listen(0, "127.0.0.1")
        netserve.run()
    else:
        netserve.run(primary(sys.argv[1], int(sys.argv[2])))
