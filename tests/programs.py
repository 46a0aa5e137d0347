"""Programs run by the tests, and plain blocking clients to talk to them."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import pytest

from netserve.cli import main

ROOT = Path(__file__).parent.parent
# How long a program may take to say something before its test has failed.
PATIENCE = 20.0
# From Linux's sched.h.
CLONE_NEWNET = 0x40000000
PROBE = f"ctypes.CDLL(None).unshare({CLONE_NEWNET})"


class Program:
    """A running Python program whose output is read line by line."""

    def __init__(self, *arguments: str, path: Path | None = None, **options: Any) -> None:
        """`path`: a folder in which it finds other programs before all others."""
        fixed = {"COLUMNS": "80", "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "error"}
        environment = {**os.environ, **fixed}
        if path is not None:
            environment["PATH"] = f"{path}{os.pathsep}{environment['PATH']}"
        settings: dict[str, Any] = {"cwd": ROOT, "env": environment, "text": True, **options}
        self.process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **settings,
        )

    def line(self) -> str:
        """The next line of its output; if it ended without one, fails with what it said."""
        assert self.process.stdout is not None
        text = self.process.stdout.readline()
        if not text:
            _, errors = self.process.communicate(timeout=PATIENCE)
            pytest.fail(f"the program ended with {self.process.returncode}: {errors}")
        return text.rstrip("\n")

    def port(self) -> int:
        """The port in the next line of its output."""
        line = self.line()
        found = re.search(r":(\d+)$", line)
        assert found, f"no port in {line!r}"
        return int(found[1])

    def signal(self, number: signal.Signals) -> None:
        """Sends it a signal."""
        self.process.send_signal(number)

    def result(self) -> tuple[int, str, str]:
        """Waits for its end: exit code, what is left of its output, and its errors."""
        output, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, output, errors

    def close(self) -> None:
        """Ends it, if it still runs."""
        with self.process:
            self.process.kill()


class Client:
    """A blocking connection, for tests that don't run a loop."""

    def __init__(self, address: str | int) -> None:
        if isinstance(address, str):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(address)
        else:
            self.socket = socket.create_connection(("127.0.0.1", address))
        self.socket.settimeout(PATIENCE)
        self.reader: IO[bytes] = self.socket.makefile("rb")

    def ask(self, data: bytes) -> bytes:
        """Sends bytes, and reads as many back."""
        self.socket.sendall(data)
        return self.reader.read(len(data))

    def close(self) -> None:
        """Closes both halves."""
        self.reader.close()
        self.socket.close()


Start = Callable[..., Program]


@pytest.fixture
def python() -> Iterator[Start]:
    """Starts a Python program with these arguments; it is ended after the test."""
    with ExitStack() as stack:

        def start(*arguments: str, **options: Any) -> Program:
            program = Program(*arguments, **options)
            stack.callback(program.close)
            return program

        yield start


def _leave_the_network() -> None:
    """In a child before its program: a network of its own, with nothing in it."""
    ctypes.CDLL(None).unshare(CLONE_NEWNET)


@pytest.fixture
def own_network() -> dict[str, Any]:
    """Options with which a program starts in a network of its own, or skips the test."""
    if sys.platform != "linux" or os.geteuid() or shutil.which("ip") is None:
        pytest.skip("a network of a program's own takes root on Linux, and ip")
    probe = [sys.executable, "-c", f"import ctypes; raise SystemExit({PROBE})"]
    if subprocess.run(probe, check=False).returncode:
        pytest.skip("no network namespaces here")
    return {"preexec_fn": _leave_the_network}


@pytest.fixture
def netserve_serve(python: Start) -> Start:
    """Starts `netserve serve` with these arguments."""

    def start(*arguments: str, **options: Any) -> Program:
        return python("-m", "netserve", "serve", *arguments, **options)

    return start


@pytest.fixture
def refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[object, str, str]]:
    """Runs `netserve serve` with arguments that it refuses, here: a program for each would do
    little else than start. Status, output, errors."""

    def run(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["netserve", "serve", *arguments])
        monkeypatch.setattr(sys, "path", sys.path[:])  # the command line adds to it
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capsys.readouterr()

    return run


@pytest.fixture
def client() -> Iterator[Callable[[str | int], Client]]:
    """Connects to a port of this machine or to a path; closed after the test."""
    with ExitStack() as stack:

        def connect(address: str | int) -> Client:
            connected = Client(address)
            stack.callback(connected.close)
            return connected

        yield connect
