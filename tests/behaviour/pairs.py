"""Servers and connections for a test, and their end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import netserve
from netserve import Server, Socket, once

# Both ends' buffers of a loopback connection together are a few megabytes at most.
MORE_THAN_THE_KERNEL_TAKES = 32 << 20


@dataclass
class Pair:
    """Both ends of one connection, and the server that accepted it."""

    server: Server
    client: Socket
    served: Socket


@contextlib.asynccontextmanager
async def serving(
    transport: Any, listener: Callable[..., Any] | None = None, **options: Any
) -> AsyncIterator[Server]:
    """A server that listens; everything of it is closed in the end."""
    server = Server(listener, **options)
    server.listen(**transport.listen_options())
    await server.wait_listening()
    try:
        yield server
    finally:
        await shut(server)


@contextlib.asynccontextmanager
async def pair(
    transport: Any, client_options: dict[str, Any] | None = None, **server_options: Any
) -> AsyncIterator[Pair]:
    """A connection; whatever of it is still open in the end is destroyed."""
    async with serving(transport, **server_options) as server:
        coming = once(server, "connection")
        address = transport.connect_options(server)
        client = await netserve.open_connection(**address, **(client_options or {}))
        (served,) = await coming
        try:
            yield Pair(server, client, served)
        finally:
            # Both at once: bytes that nobody has read make a close a reset for the other end.
            client.destroy()
            served.destroy()
            await gone(client)
            await gone(served)


async def shut(server: Server) -> None:
    """Closes a server with all its connections."""
    server.close_all_connections()
    if server.listening:
        server.close()
    await server.wait_closed()


def closing(connection: Socket) -> asyncio.Future[bool]:
    """Whether it was by an error that the socket closed, once it has."""
    future = asyncio.get_running_loop().create_future()
    connection.once("close", future.set_result)
    return future


async def gone(connection: Socket) -> None:
    """Destroys a socket, unless that has happened, and waits until it is closed."""
    connection.destroy()
    if not connection.closed:
        await closing(connection)


async def rounds(count: int = 50) -> None:
    """Has the loop go round so often: whatever was about to happen has happened then."""
    for _ in range(count):
        await asyncio.sleep(0)


async def still(*sockets: Socket) -> None:
    """Waits until nothing moves any more: nobody reads at the end of the chain."""
    seen = None
    while seen != (seen := [(each.bytes_read, each.writable_length) for each in sockets]):
        await rounds()


@contextlib.contextmanager
def as_socket(holder: Any) -> Iterator[socket.socket]:
    """A copy of a server's or a socket's descriptor, to ask the system about."""
    with socket.socket(fileno=os.dup(holder.fileno())) as copy:
        yield copy


def record(emitter: Any, *events: str) -> list[str]:
    """The names of these events, as they come."""
    seen: list[str] = []
    for event in events:
        emitter.on(event, lambda *_, event=event: seen.append(event))
    return seen


def record_all(emitter: Any, *events: str) -> list[tuple[Any, ...]]:
    """These events, as they come, each with what came with it."""
    seen: list[tuple[Any, ...]] = []
    for event in events:
        emitter.on(event, lambda *details, event=event: seen.append((event, *details)))
    return seen
