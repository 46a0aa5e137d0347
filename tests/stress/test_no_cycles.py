"""A connection that is over is gone at once, without the garbage collector."""

from __future__ import annotations

import asyncio
import gc
import socket
import weakref

import pytest

import netserve
from netserve import once


@pytest.fixture
def no_collector():
    """What dies in the test dies of its reference count."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


async def settled():
    """Everything that was deferred has run, and the loop has let go of it."""
    for _ in range(5):
        await asyncio.sleep(0)


async def accepted_and_client(server, use):
    """Weak references to both ends of a connection that `use(client)` lived through."""
    client = await netserve.open_connection(server.address().port, "127.0.0.1")
    await use(client)
    if not client.closed:
        client.destroy()
        await once(client, "close")
    return weakref.ref(client)


async def echo(connection):
    async with connection:
        async for chunk in connection:
            connection.write(chunk)


def echo_by_events(connection):
    connection.on("data", connection.write)
    connection.on("error", lambda _: None)
    connection.once("timeout", connection.destroy)


def echo_by_pipe(connection):
    connection.on("error", lambda _: None).pipe(connection)


async def by_await(client):
    client.write(b"line\n")
    assert await client.readline() == b"line\n"
    client.end()
    assert await client.read() == b""


async def by_events(client):
    client.set_timeout(30, lambda: None)
    client.once("drain", lambda: None)
    answer = once(client, "data")
    client.write(b"x", callback=lambda _: None)
    assert await answer == (b"x",)


async def by_destroy_soon(client):
    client.write(b"x")
    client.destroy_soon()


async def by_reset(client):
    client.write(b"x")
    client.reset_and_destroy()


# (An error that was raised into a coroutine holds its frames, as it does everywhere in Python: a
# reset is therefore met by events here.)
WAYS = [
    (serve, use)
    for serve in (echo, echo_by_events, echo_by_pipe)
    for use in (by_await, by_events, by_destroy_soon, by_reset)
    if (serve, use) != (echo, by_reset)
]


@pytest.mark.parametrize(("serve", "use"), WAYS)
async def test_a_closed_connection_dies_with_its_last_reference(serve, use, no_collector):
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda *_: None)  # a reset is no surprise here
    served = []

    def on_connection(connection):
        served.append(weakref.ref(connection))
        return serve(connection)

    server = await netserve.start_server(on_connection, port=0, host="127.0.0.1")
    client = await accepted_and_client(server, use)
    server.close()
    await server.wait_closed()
    await settled()
    assert client() is None
    assert [connection() for connection in served] == [None]
    loop.set_exception_handler(before)


async def test_a_refused_connection_leaves_nothing_to_collect(no_collector):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    parts: list[object] = []

    async def refused():
        try:
            await netserve.open_connection(port, "127.0.0.1")
        except ConnectionRefusedError as error:
            parts.append(getattr(error, "errors", None))

    await refused()
    await settled()
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        await refused()
        await settled()
        gc.collect()
        left = [type(each) for each in gc.garbage if isinstance(each, OSError | netserve.Socket)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    assert left == []
    assert parts == [None, None]
