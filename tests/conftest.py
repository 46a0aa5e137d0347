"""What every test gets: both event loops, every way to connect, and a check for lost descriptors."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netserve

LOOPS = {"asyncio": False, "uvloop": True}
DESCRIPTORS = Path("/proc/self/fd" if sys.platform == "linux" else "/dev/fd")

# Devices and files that something opened once and keeps for as long as the tests run.
kept_for_good: set[str] = set()


@pytest.fixture(
    scope="module",
    params=[pytest.param(("asyncio", {"use_uvloop": use}), id=name) for name, use in LOOPS.items()],
)
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """Runs each async test once on every event loop."""
    return request.param


@pytest.fixture(autouse=True)
def no_descriptor_is_lost() -> Iterator[None]:
    """Fails a test that leaves a descriptor open. The test's own loop is closed by then."""
    before = open_descriptors()
    yield
    if not lost_since(before):
        return
    gc.collect()  # what only garbage holds is closed by this, and warned about
    lost = lost_since(before)
    files = {fd: name for fd, name in lost.items() if name.startswith("/")}
    new_files = {fd: name for fd, name in files.items() if name in kept_for_good}
    kept_for_good.update(files.values())
    leaked = {fd: name for fd, name in lost.items() if fd not in files} | new_files
    assert not leaked, f"left open: {leaked}"


def lost_since(before: dict[int, str]) -> dict[int, str]:
    """The descriptors that are open now and were not then, or are something else now."""
    return {fd: name for fd, name in open_descriptors().items() if before.get(fd) != name}


def open_descriptors() -> dict[int, str]:
    """Every open descriptor with what it is: `socket:[1234]`, `pipe:[5678]`, a path, ..."""
    found = {}
    for entry in os.listdir(DESCRIPTORS):
        try:
            found[int(entry)] = describe(int(entry))
        except OSError:
            continue  # the one that listed the folder
    return found


def describe(fd: int) -> str:
    """What a descriptor refers to, so that a reused number is told from the same descriptor."""
    if sys.platform == "linux":
        return os.readlink(DESCRIPTORS / str(fd))
    status = os.fstat(fd)
    return f"{status.st_mode:o}:{status.st_dev}:{status.st_ino}"


class Transport:
    """One way to listen and to connect, as options for `listen` and `create_connection`."""

    HOSTS = {"ipv4": "127.0.0.1", "ipv6": "::1"}

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self._folder = folder
        self._used = 0

    def __repr__(self) -> str:
        return f"<Transport {self.kind}>"

    @property
    def is_tcp(self) -> bool:
        """Whether addresses are a host and a port; otherwise they are a path."""
        return self.kind not in ("path", "abstract")

    def listen_options(self) -> dict[str, Any]:
        """Where to listen, another place each time."""
        self._used += 1
        path = str(self._folder / f"{self._used}.sock")
        match self.kind:
            case "path":
                return {"path": path}
            case "abstract":
                return {"path": "\0" + path}
            case "fd":
                return {"fd": inherited_descriptor()}
            case _:
                return {"host": self.HOSTS[self.kind], "port": 0}

    def connect_options(self, server: netserve.Server) -> dict[str, Any]:
        """How to reach a server that listens with `listen_options()`."""
        address = server.address()
        assert address is not None, "the server does not listen"
        if isinstance(address, str):
            return {"path": address}
        return {"host": address.address, "port": address.port}


def inherited_descriptor() -> int:
    """A bound and listening TCP descriptor, as a service manager hands it over."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.detach()


def has_ipv6() -> bool:
    """Whether this machine has an IPv6 loopback address to listen on."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.fixture(params=["ipv4", "ipv6", "path", "abstract", "fd"])
def transport(request: pytest.FixtureRequest) -> Iterator[Transport]:
    """Runs a test once on every way to listen and connect that this machine has."""
    if request.param == "ipv6" and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    if request.param == "abstract" and sys.platform != "linux":
        pytest.skip("abstract sockets exist on Linux only")
    # Not `tmp_path`: the path of a local socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="netserve-", dir="/tmp"))
    yield Transport(request.param, folder)
    shutil.rmtree(folder)
