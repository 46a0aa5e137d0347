"""Both styles of a connection on the same work: `data` listeners, and `await`.

Run:  python -m benchmarks.styles
Each round asks every server in turn. The table has the medians of the processor time that a server
takes for one answer, the kernel's part of it included: unlike a rate, it is the same on a machine
that does other things besides. It is read from /proc, so this runs on Linux only.
"""

from __future__ import annotations

import socket as sockets
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import netserve

ROUNDS, SECONDS = 5, 0.4
LINE = b"set key value\n"
PIPELINE = 64
CONNECTIONS = 64


def lines_by_listener(socket: netserve.Socket) -> None:
    """Answers lines from `data` events, all of a chunk with one write."""
    rest = b""

    def on_data(chunk: bytes) -> None:
        nonlocal rest
        *lines, rest = (rest + chunk).split(b"\n")
        socket.write(b"".join(line.upper() + b"\n" for line in lines))

    socket.on("data", on_data)


def lines_one_by_one(socket: netserve.Socket) -> None:
    """The same, with a write for each line."""
    rest = b""

    def on_data(chunk: bytes) -> None:
        nonlocal rest
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            socket.write(line.upper() + b"\n")

    socket.on("data", on_data)


async def lines_by_await(socket: netserve.Socket) -> None:
    """Answers lines as they are awaited, each with a write of its own."""
    async with socket:
        while line := await socket.readline():
            if not socket.write(line.upper()):
                await socket.drain()


async def lines_by_chunks(socket: netserve.Socket) -> None:
    """Awaits chunks, and answers all lines of one with one write."""
    rest = b""
    async with socket:
        async for chunk in socket:
            *lines, rest = (rest + chunk).split(b"\n")
            socket.write(b"".join(line.upper() + b"\n" for line in lines))
            await socket.drain()


STYLES: dict[str, Callable[[netserve.Socket], object]] = {
    "`data` listener, one write a chunk": lines_by_listener,
    "`async for chunk`, one write a chunk": lines_by_chunks,
    "`data` listener, one write a line": lines_one_by_one,
    "`await readline()`, one write a line": lines_by_await,
}


def serve(style: str) -> None:
    """The server's process: says its port, and serves until it is killed."""
    server = netserve.create_server(STYLES[style]).listen(0, "127.0.0.1")

    def told() -> None:
        address = server.address()
        assert isinstance(address, netserve.AddressInfo)
        print(address.port, flush=True)

    server.once("listening", told)
    netserve.run()


@contextmanager
def serving(style: str) -> Iterator[tuple[int, int]]:
    """A server's process and port."""
    command = [sys.executable, "-m", "benchmarks.styles", style]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield process.pid, int(process.stdout.readline())
        finally:
            process.kill()


def cost(pid: int, port: int, connections: int, pipeline: int) -> float:
    """Seconds of the server for an answer: each connection sends so many lines at once, and reads
    their answers."""
    request = LINE * pipeline
    clients = [sockets.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    answers, end, before = 0, time.perf_counter() + SECONDS, processor_time(pid)
    while time.perf_counter() < end:
        for client in clients:
            client.sendall(request)
        for client in clients:
            waiting = len(request)
            while waiting:
                waiting -= len(client.recv(waiting))
        answers += connections * pipeline
    after = processor_time(pid)
    for client in clients:
        client.close()
    return (after - before) / answers


def processor_time(pid: int) -> float:
    """Seconds that a process has run."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def main() -> None:
    """Measures, and prints the table."""
    works = {"one line at a time": (CONNECTIONS, 1), "64 lines at a time": (1, PIPELINE)}
    found: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for style in STYLES:
            for work, (connections, pipeline) in works.items():
                with serving(style) as (pid, port):
                    found.setdefault((style, work), []).append(
                        cost(pid, port, connections, pipeline)
                    )
    print("| µs an answer |", " | ".join(works), "|")
    print("| --- |", " | ".join("---:" for _ in works), "|")
    for style in STYLES:
        medians = (statistics.median(found[style, work]) for work in works)
        print(f"| {style} |", " | ".join(f"{each * 1e6:.1f}" for each in medians), "|")


if __name__ == "__main__":
    serve(sys.argv[1]) if sys.argv[1:] else main()
