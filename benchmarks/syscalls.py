"""System calls a message: the netserve echo server under strace under load.

    python -m benchmarks.syscalls [SERVER [WORK [SECONDS]]]

Without a work it is echo64, whose limit in steady state is two: one recv and one send. The counts
include opening the connections, which is why they are a little above that. strace slows everything
down, so the rate says nothing.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from .figures import units
from .peers import BUILD
from .peers import BY_NAME as PEERS
from .processes import (
    LoadFailed,
    Running,
    ServerFailed,
    compile_programs,
    drive,
    prepare,
    running,
)
from .rounds import Measurement
from .works import WORKS, Work

T = TypeVar("T")

ATTACH_SECONDS = 0.5
DETACH_SECONDS = 5.0
COUNTS = BUILD / "syscalls.txt"
LEAST_SHOWN = 0.0005


def count(server: Running, work: Work, seconds: float) -> tuple[float, str]:
    """Units of work done, and strace's table of what the server called meanwhile."""
    attached = [f"--attach={pid}" for pid in server.pids]
    command = ["strace", "-f", "-c", "-o", str(COUNTS), *attached]
    tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    time.sleep(ATTACH_SECONDS)
    try:
        seen = drive(server, work, 0.0, seconds)
    finally:
        tracer.send_signal(signal.SIGINT)  # strace's way to detach and write its table
        tracer.wait(DETACH_SECONDS)
    return units(Measurement(work.name, "", 0, seen)), COUNTS.read_text()


def calls(table: str) -> Iterator[tuple[str, int]]:
    """`% time  seconds  usecs/call  calls  [errors]  syscall`, between two rulers."""
    for line in table.splitlines():
        fields = line.split()
        if len(fields) >= 5 and fields[3].isdigit() and fields[-1] != "total":
            yield fields[-1], int(fields[3])


def show(work: Work, done: float, table: str) -> None:
    found = sorted(calls(table), key=lambda call: -call[1])
    print(f"{work.title}: {done:,.0f} of one {work.unit} each")
    for name, times in [*found, ("all", sum(times for _, times in found))]:
        if times / done >= LEAST_SHOWN:
            print(f"{name:16} {times / done:8.3f} a {work.unit}")


def pick(known: dict[str, T], name: str) -> T:
    if name not in known:
        sys.exit(f"unknown: {name}; there are {', '.join(known)}")
    return known[name]


def main(arguments: Sequence[str]) -> int:
    given = dict(enumerate(arguments))
    peer = pick(PEERS, given.get(0, "netserve"))
    works = [work for work in WORKS if peer.does(work) and not work.is_idle]
    work = pick({work.name: work for work in works}, given.get(1, "echo64"))
    seconds = float(given.get(2, "2"))
    if not shutil.which("strace"):
        sys.exit("strace is not installed")
    compile_programs()
    prepare()
    COUNTS.unlink(missing_ok=True)
    try:
        with running(peer) as server:
            show(work, *count(server, work, seconds))
    except (ServerFailed, LoadFailed) as failure:
        sys.exit(f"{peer.title}: {failure}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
