"""Building the C programs; starting, driving and ending what runs.

The server has one core of its own, everything else the others. A child inherits the affinity of
its parent at the moment of the fork, so threads that it starts later are held on the core too.
"""

from __future__ import annotations

import json
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from .peers import BUILD, HERE, Peer
from .works import Work

if sys.platform != "linux":
    sys.exit("the benchmarks need Linux: they hold servers on cores and read its process clocks")

START_SECONDS = 15.0
STOP_SECONDS = 3.0
BACKLOG = 511  # of the server behind a proxy
LOAD_SPARE_SECONDS = 30.0  # for opening connections, beyond what it measures

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = {CORES[-1]}
LOAD_CORES = set(CORES[:-1]) or SERVER_CORE


class ServerFailed(Exception):
    """The server did not start; the text is the last thing it said."""


class LoadFailed(Exception):
    """The load generator gave up: the server answered wrongly, or not at all."""


@dataclass(frozen=True)
class Running:
    port: int
    pids: tuple[int, ...]  # the one that was started, and its workers
    behind: socket.socket | None = None  # where a proxy connects to: the load answers there


def compile_programs() -> None:
    if not shutil.which("cc"):
        sys.exit("the load generator is written in C, and there is no compiler called cc")
    BUILD.mkdir(exist_ok=True)
    compile_c("load", "load.c", "measure.c")
    compile_c("epoll", "servers/epoll.c")
    compile_c("epoll_proxy", "servers/epoll_proxy.c")
    if has_header("uv.h"):
        compile_c("uv_proxy", "servers/uv_proxy.c", "-luv")
    else:
        (BUILD / "uv_proxy").unlink(missing_ok=True)
        print("C on libuv is left out: no uv.h (Debian and Ubuntu: apt-get install libuv1-dev)")


def compile_c(name: str, *sources: str) -> None:
    paths = [source if source.startswith("-") else str(HERE / source) for source in sources]
    subprocess.run(["cc", "-O2", "-Wall", "-o", str(BUILD / name), *paths], check=True)


def has_header(name: str) -> bool:
    source = f"#include <{name}>\n"
    command = ["cc", "-E", "-x", "c", "-"]
    return subprocess.run(command, input=source, text=True, capture_output=True).returncode == 0


def prepare() -> None:
    """Leave the server's core to the server, and let everybody open thousands of sockets."""
    os.sched_setaffinity(0, LOAD_CORES)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextmanager
def running(peer: Peer) -> Iterator[Running]:
    with tempfile.TemporaryFile("w+") as complaints, server_behind(peer) as behind:
        child = spawn(peer, complaints.fileno(), behind)
        try:
            said = first_line(child).split()
            if not said or not all(word.isdigit() for word in said):
                end(child)
                raise ServerFailed(last_words(complaints) or "it said nothing")
            port, *workers = map(int, said)
            yield Running(port, (child.pid, *workers), behind)
        except LoadFailed as failure:
            died = child.poll()
            end(child)
            raise LoadFailed(f"{failure}; {fate(died, last_words(complaints))}") from failure
        finally:
            end(child)


def fate(died: int | None, words: str) -> str:
    state = "the server was alive" if died is None else f"the server ended with code {died}"
    return f"{state} and said: {words}" if words else state


def last_words(complaints: IO[str]) -> str:
    complaints.seek(0)
    return last_line(complaints.read())


@contextmanager
def server_behind(peer: Peer) -> Iterator[socket.socket | None]:
    """A listening socket that the load generator will inherit, for those that need one."""
    if not peer.is_proxy:
        yield None
        return
    with socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as behind:
        yield behind


def spawn(peer: Peer, stderr: int, behind: socket.socket | None) -> subprocess.Popen[str]:
    target = () if behind is None else (str(behind.getsockname()[1]),)
    os.sched_setaffinity(0, SERVER_CORE)
    try:
        return subprocess.Popen(
            (*peer.command, *target),
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=HERE.parent,
            process_group=0,
        )
    except FileNotFoundError as error:
        raise ServerFailed(f"{error.filename} is not installed") from error
    finally:
        os.sched_setaffinity(0, LOAD_CORES)


def first_line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    readable, _, _ = select.select([child.stdout], [], [], START_SECONDS)
    return child.stdout.readline().strip() if readable else ""


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""


def end(child: subprocess.Popen[str]) -> None:
    """The server and its workers, which are in a group of their own."""
    assert child.stdout is not None
    if child.stdout.closed:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with suppress(subprocess.TimeoutExpired):
            child.wait(STOP_SECONDS)
    child.stdout.close()


def drive(server: Running, work: Work, warm: float, seconds: float) -> dict[str, float]:
    """Put the load of `work` on the server; what the load generator saw."""
    pids = ",".join(map(str, server.pids))
    inherited = () if server.behind is None else (server.behind.fileno(),)
    numbers = (server.port, pids, warm, seconds, *work.arguments, *inherited)
    command = [str(BUILD / "load"), work.kind, *map(str, numbers)]
    limit = warm + seconds + LOAD_SPARE_SECONDS
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=limit, pass_fds=inherited
        )
    except subprocess.TimeoutExpired as error:
        raise LoadFailed(f"no end after {limit:.0f} s") from error
    if done.returncode != 0:
        raise LoadFailed(last_line(done.stderr) or f"exit code {done.returncode}")
    seen: dict[str, float] = json.loads(done.stdout)
    return seen
