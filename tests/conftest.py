"""What every test gets: both event loops, each way to connect, a check for lost descriptors.

A coroutine test is run on both loops, and one with a `transport` on every transport. Where the loop
or the transport is of no matter to what a module or a test states, it says so, and is run on
those that it names: `pytest.mark.loops("asyncio")`, `pytest.mark.transports("ipv4", "path")`.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import inspect
import os
import socket
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import uvloop

import netserve
from tests.programs import client, netserve_serve, own_network, python, refused  # noqa: F401  (fixtures)

HOSTS = {"ipv4": "127.0.0.1", "ipv6": "::1"}
LOOPS = {"asyncio": ("asyncio", {"use_uvloop": False}), "uvloop": ("asyncio", {"use_uvloop": True})}
TRANSPORTS = {kind: kind for kind in ("ipv4", "ipv6", "path", "abstract", "fd")}
DESCRIPTORS = Path("/proc/self/fd" if sys.platform == "linux" else "/dev/fd")

# uvloop waits in C, where the handler of a signal does not run: a test that hangs there needs a
# deadline of the loop's own, well before that of pytest-timeout.
DEADLINE = 30.0

# What netserve's reactor waits in. One that was made while no loop ran stays for the next loop.
REACTOR = "anon_inode:[eventpoll]" if sys.platform == "linux" else "kqueue"
IDLE_REACTORS = 1

# Most of what a small program takes is to compile what it imports, and the tests start hundreds of
# them: they keep what they compiled, whatever the settings of who runs the tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A test has one deadline, its own: one for each example would be missed on a busy machine.
hypothesis.settings.register_profile("netserve", deadline=None)
hypothesis.settings.load_profile("netserve")

# Devices and files that something opened once and keeps for as long as the tests run.
kept_for_good: set[str] = set()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives every coroutine test its deadline."""
    for item in items:
        function = getattr(item, "obj", None)
        if inspect.iscoroutinefunction(function):
            item.obj = with_deadline(function)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a test on those loops and transports only that its marker names, or its module's."""
    for marker, fixture, scope, values in (
        ("loops", "anyio_backend", "module", LOOPS),
        ("transports", "transport", "function", TRANSPORTS),
    ):
        chosen = metafunc.definition.get_closest_marker(marker)
        if chosen is not None and fixture in metafunc.fixturenames:
            parameters = [pytest.param(values[name], id=name) for name in chosen.args]
            metafunc.definition.add_marker(
                pytest.mark.parametrize(fixture, parameters, indirect=True, scope=scope)
            )


def with_deadline(function: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(function)
    async def limited(*args: Any, **options: Any) -> None:
        async with asyncio.timeout(DEADLINE):
            await function(*args, **options)

    return limited


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    """Gives the end of every asynchronous fixture a deadline too."""
    function: Any = fixturedef.func
    if not inspect.isasyncgenfunction(function):
        return (yield)
    changeable: Any = fixturedef
    changeable.func = ending_in_time(function)
    try:
        return (yield)
    finally:
        changeable.func = function


def ending_in_time(function: Callable[..., AsyncIterator[Any]]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def limited(*args: Any, **options: Any) -> AsyncIterator[Any]:
        values = function(*args, **options)
        yield await anext(values)
        async with asyncio.timeout(DEADLINE):
            await anext(values, None)

    return limited


@pytest.fixture(scope="module", params=LOOPS.values(), ids=list(LOOPS))
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """Runs each async test once on every event loop."""
    return request.param


@pytest.fixture(scope="session", autouse=True)
def uvloop_has_been_used() -> None:
    """libuv opens a pipe for signals with its first loop, and keeps it."""
    uvloop.new_event_loop().close()


@pytest.fixture(autouse=True)
def no_rule_is_broken(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails a test in which the core's checks found a mistake (they are on in `python -X dev`)."""
    yield
    found = [record.getMessage() for record in caplog.records if record.levelname == "CRITICAL"]
    assert not found, found


@pytest.fixture(autouse=True)
def no_descriptor_is_lost() -> Iterator[None]:
    """Fails a test that leaves a descriptor open. The test's own loop is closed by then."""
    before = open_descriptors()
    yield
    if not lost_since(before):
        return
    gc.collect()  # what only garbage holds is closed by this, and warned about
    leaked = [name for name in lost_since(before).values() if not is_tolerated(name)]
    assert not leaked, f"left open: {leaked}"


def is_tolerated(name: str) -> bool:
    """A file or device the first time it stays open, and the reactors that are allowed to."""
    if name == REACTOR:
        return list(open_descriptors().values()).count(REACTOR) <= IDLE_REACTORS
    is_first = name.startswith("/") and name not in kept_for_good
    kept_for_good.add(name)
    return is_first


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
    if stat.S_IFMT(status.st_mode) == 0:
        return REACTOR
    return f"{status.st_mode:o}:{status.st_dev}:{status.st_ino}"


class Transport:
    """One way to listen and to connect, as options for `listen` and `create_connection`."""

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
                return {"host": HOSTS[self.kind], "port": 0}

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


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder whose path is short enough for a local socket; `tmp_path` may not be."""
    with tempfile.TemporaryDirectory(prefix="netserve-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest, short_folder: Path) -> Transport:
    """Runs a test once on every way to listen and connect that this machine has."""
    if request.param == "ipv6" and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    if request.param == "abstract" and sys.platform != "linux":
        pytest.skip("abstract sockets exist on Linux only")
    return Transport(request.param, short_folder)
