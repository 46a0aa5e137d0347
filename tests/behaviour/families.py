"""Parents, children and workers for a test, and their end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import netserve
from netserve import Server, Socket, child_process, once
from netserve._processes.ipc import Peer
from netserve._processes.ipc.wire import DEFAULT_LIMIT
from netserve._runtime import current
from netserve.child_process import ChildProcess
from tests.behaviour.pairs import gone, shut

CHILDREN = Path(__file__).parent / "children"
# Does what it is told: see there.
OBEYS = CHILDREN / "obeys.py"


@contextlib.asynccontextmanager
async def forked(
    module: Any = OBEYS, args: Any = (), **options: Any
) -> AsyncIterator[ChildProcess]:
    """A child; it is killed in the end, if it still runs, and seen to be gone."""
    child = child_process.fork(module, args, **options)
    over = coming(child, "exit")
    try:
        yield child
    finally:
        child.kill(signal.SIGKILL)
        if child.pid is not None:
            await over
        if child.connected:
            child.disconnect()
        for end in child.stdio:
            if end is not None:
                await gone(end)


def coming(emitter: Any, event: str) -> asyncio.Future[tuple[Any, ...]]:
    """The arguments of the next such event; an `error` meanwhile is not ours."""
    future = asyncio.get_running_loop().create_future()
    emitter.once(event, lambda *args: settle(future, args))
    return future


def settle(future: asyncio.Future[Any], result: Any) -> None:
    """The result of a future, unless it has one."""
    if not future.done():
        future.set_result(result)


async def ask(child: Any, do: str, about: Any = None, handle: Any = None, **options: Any) -> Any:
    """Tells a child that obeys what to do; what it answers."""
    answer = heard(child)
    child.send([do, about], handle, **options)
    message, _ = await answer
    assert message[0] == do
    return message[1]


async def ask_for_handle(child: Any, do: str, about: Any = None, handle: Any = None) -> Any:
    """The handle that comes with the answer."""
    answer = heard(child)
    child.send([do, about], handle)
    return (await answer)[1]


def heard(child: Any) -> asyncio.Future[tuple[Any, Any]]:
    """The next message and its handle; an error, if the child's channel closes before."""
    future = asyncio.get_running_loop().create_future()

    def closed() -> None:
        if not future.done():
            future.set_exception(ConnectionError("the child is gone"))

    child.once("message", lambda *what: settle(future, what))
    child.once("disconnect", closed)
    return future


@contextlib.asynccontextmanager
async def listening(where: dict[str, Any], **options: Any) -> AsyncIterator[Server]:
    """A server without a listener: its connections are taken by `connected()`."""
    server = await netserve.start_server(**where, **options)
    try:
        yield server
    finally:
        await shut(server)


def reach(server: Server) -> dict[str, Any]:
    """How to connect to a server."""
    address = server.address()
    if isinstance(address, str):
        return {"path": address}
    return {"host": address.address, "port": address.port}


@contextlib.asynccontextmanager
async def connected(server: Server, data: bytes = b"") -> AsyncIterator[tuple[Socket, Socket]]:
    """A client and the socket that serves it, which has read `data` already but not taken it."""
    taken = once(server, "connection")
    client = await netserve.open_connection(**reach(server))
    (served,) = await taken
    client.write(data)
    while served.readable_length < len(data):
        await asyncio.sleep(0)
    try:
        yield client, served
    finally:
        await gone(client)
        await gone(served)


async def fetch(where: Any, data: bytes = b"") -> bytes:
    """Sends bytes to a port or a path, and reads to the end."""
    place = {"path": where} if isinstance(where, str) else {"port": where, "host": "127.0.0.1"}
    client = await netserve.open_connection(**place)
    try:
        client.write(data)
        return await client.read()
    finally:
        await gone(client)


@contextlib.contextmanager
def frozen(pid: int) -> Iterator[None]:
    """A process that does nothing meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOWAIT)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def runs(pid: int) -> bool:
    """Whether there is such a process, be it over and not yet waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def until(holds: Callable[[], Any]) -> None:
    """Waits for what has no event, often in another process: the test's deadline bounds it."""
    while not holds():
        await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def raw_channel(limit: int = DEFAULT_LIMIT) -> AsyncIterator[tuple[Peer, socket.socket]]:
    """A channel whose other end is in the hands of the test; `limit`: the longest message."""
    ours, theirs = socket.socketpair()
    peer = Peer()
    peer._open_channel(current(), ours.detach(), "json", limit)
    with theirs:
        theirs.settimeout(10)
        assert json.loads(theirs.recv(1000)) == {"cmd": "NODE_NETSERVE", "version": 1}
        try:
            yield peer, theirs
        finally:
            if peer.connected:
                closed = coming(peer, "disconnect")
                theirs.close()
                await closed


@contextlib.contextmanager
def few_descriptors(free: int) -> Iterator[None]:
    """While this lasts, so many descriptors can be opened and no more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken: list[int] = []
    top = max(map(int, os.listdir("/proc/self/fd")))
    resource.setrlimit(resource.RLIMIT_NOFILE, (top + 20, hard))
    try:
        with contextlib.suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        for _ in range(free):
            os.close(taken.pop())
        yield
    finally:
        for fd in taken:
            os.close(fd)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def results() -> tuple[list[Any], Callable[[Any], None]]:
    """What a callback was called with, as it comes."""
    seen: list[Any] = []
    return seen, seen.append
