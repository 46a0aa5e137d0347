"""A cluster: one port, a worker for each processor, and a primary that replaces those that die.

Run:  python -m examples.cluster [PORT [WORKERS]]
Try:  netserve connect 8124
"""

from __future__ import annotations

import os
import sys

import netserve
from netserve import cluster


def on_connection(socket: netserve.Socket) -> None:
    """Says who serves."""
    assert cluster.worker is not None
    socket.end(f"worker {cluster.worker.id}, process {os.getpid()}\n")


def announce(worker: cluster.Worker, where: cluster.ListeningAddress) -> None:
    """A worker is up."""
    print(f"worker {worker.id} listens on 127.0.0.1:{where.port}", flush=True)


def main(port: int, count: int) -> None:
    """The same program is the primary and, started again by it, each worker."""
    if cluster.is_primary:
        cluster.on("listening", announce)
        cluster.supervise(count)
    else:
        netserve.create_server(on_connection).listen(port, "127.0.0.1")
    netserve.run()


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*given, *[8124, os.cpu_count() or 1][len(given) :])
