"""Echo with netserve's cluster: two workers behind one port.

The second argument says how they share it: `rr` and `shared` by way of the primary, `reuse` by the
kernel, which deals connections out between those that listen on the same port.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys

import netserve
from netserve import cluster

from .netserve_echo import on_connection
from .serve import serve

WORKERS = 2
PORT = "PORT"


async def start_workers(way: str) -> str:
    """The port, and the workers' processes."""
    if way == "shared":
        cluster.scheduling_policy = cluster.SCHED_NONE
    with socket.socket() as reserved:
        port = reserve(reserved) if way == "reuse" else 0
        workers = [cluster.fork({PORT: str(port)}) for _ in range(WORKERS)]
        ready = await asyncio.gather(*(netserve.once(one, "message") for one in workers))
    return " ".join(map(str, (ready[0][0], *(one.process.pid for one in workers))))


def reserve(one: socket.socket) -> int:
    """A free port that the workers can share."""
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind(("127.0.0.1", 0))
    return int(one.getsockname()[1])


async def work() -> None:
    port = int(os.environ[PORT])
    server = netserve.create_server(on_connection)
    server.listen(port, "127.0.0.1", reuse_port=port != 0)
    await server.wait_listening()
    address = server.address()
    assert isinstance(address, netserve.AddressInfo)
    assert cluster.worker is not None
    cluster.worker.send(address.port)


async def start() -> str | None:
    return await (start_workers(sys.argv[2]) if cluster.is_primary else work())


if __name__ == "__main__":
    serve(start)
