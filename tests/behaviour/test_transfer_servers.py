"""Servers that go on in another thread's loop: what travels, what stays."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import Any

import pytest

import netserve
from netserve import Server, Socket, once
from tests.behaviour.pairs import pair, serving, shut
from tests.behaviour.threads import (
    NOT_TRANSFERABLE,
    fetch,
    nothing,
    refused,
)
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")


@pytest.mark.transports(*TRANSPORTS)
async def test_a_server_goes_on_in_the_other_thread_with_its_listeners(transport, other):
    def on_connection(socket: Socket) -> None:
        socket.end(b"%d" % threading.get_ident())

    async with serving(transport, on_connection) as server:
        where = transport.connect_options(server)
        assert int(await fetch(where)) == threading.get_ident()
        moved = netserve.transfer(server, other.loop)
        there = int(await fetch(where))
        assert there not in (threading.get_ident(), None)
        assert not server.listening
        assert server.address() is None
        await other.run(shut(moved))


@pytest.mark.transports(*TRANSPORTS)
async def test_nobody_who_waits_in_the_queue_is_lost(transport, other):
    """They connect before the move, and nobody has accepted them."""
    async with serving(transport) as server:
        where = transport.connect_options(server)
        server._acceptor.pause()
        clients = [await netserve.open_connection(**where) for _ in range(5)]
        moved = netserve.transfer(server, other.loop)

        async def greet_five(server: Server) -> None:
            left = 5
            async for socket in server:
                socket.end(b"welcome")
                left -= 1
                if not left:
                    break
            await shut(server)

        greeting = asyncio.ensure_future(other.run(greet_five(moved)))
        for client in clients:
            assert await client.read() == b"welcome"
            await client.wait_closed()
        await greeting


@pytest.mark.transports(*TRANSPORTS)
async def test_options_of_a_server_go_along(transport, other):
    async with serving(transport, allow_half_open=True, pause_on_connect=True) as server:
        where = transport.connect_options(server)
        server.max_connections = 0
        server.close_timeout = 3.0
        dropped: list[int] = []
        server.on("drop", lambda info: dropped.append(threading.get_ident()))
        moved = netserve.transfer(server, other.loop)
        with contextlib.suppress(OSError):
            assert await fetch(where) == b""

        async def look(server: Server) -> object:
            limits = server.max_connections, server.close_timeout
            await shut(server)
            return limits

        assert await other.run(look(moved)) == (0, 3.0)
        assert len(dropped) == 1
        assert dropped != [threading.get_ident()]


async def test_connections_that_a_moved_server_had_stay_here(transport, other):
    async with pair(transport) as ends:
        moved = netserve.transfer(ends.server, other.loop)
        closed = once(ends.server, "close")
        ends.client.write(b"here")
        assert await ends.served.readexactly(4) == b"here"
        assert ends.server.connections == (ends.served,)
        ends.client.end()
        ends.served.end()
        await closed
        await other.run(shut(moved))


async def test_a_server_that_was_moved_is_used_no_more_here(transport, other):
    async with serving(transport) as server:
        closed = once(server, "close")
        moved = netserve.transfer(server, other.loop)
        await closed
        assert refused(server.listen, 0) == "ERR_STREAM_DESTROYED"
        for use in (
            lambda: netserve.transfer(server, other.loop),
            lambda: Server().listen(handle=server),
            server.ref,
            server.unref,
            lambda: setattr(server, "max_connections", 1),
        ):
            assert refused(use) == "ERR_STREAM_DESTROYED"
        with pytest.raises(RuntimeError) as caught:
            await server.wait_listening()
        assert caught.value.code == "ERR_STREAM_DESTROYED"
        # What it accepted before it left is asked for here.
        assert await server.get_connections() == 0
        errors: list[Any] = []
        server.close(errors.append)
        await once(server, "close")
        assert [error.code for error in errors] == ["ERR_SERVER_NOT_RUNNING"]
        await other.run(shut(moved))


async def test_a_server_that_is_on_its_way_is_about_to_listen(transport, other):
    async with serving(transport) as server:
        with other.busy():
            moved = netserve.transfer(server, other.loop)
            assert refused(moved.listen, 0) == "ERR_SERVER_ALREADY_LISTEN"

        async def wait_and_shut(server: Server) -> bool:
            await server.wait_listening()
            listens = server.listening
            await shut(server)
            return listens

        assert await other.run(wait_and_shut(moved))


@pytest.mark.transports(*TRANSPORTS)
async def test_a_server_that_was_closed_on_its_way_listens_nowhere(transport, other):
    async with serving(transport) as server:
        where = transport.connect_options(server)
        with other.busy():
            moved = netserve.transfer(server, other.loop)
            closed = once(moved, "close")
            moved.close()
            await closed
        await other.run(nothing())
        assert not moved.listening
        with pytest.raises(OSError, match=r"ECONNREFUSED|ENOENT"):
            await netserve.open_connection(**where)


async def test_a_server_that_does_not_listen_cannot_be_moved(other):
    assert refused(netserve.transfer, Server(), other.loop) == NOT_TRANSFERABLE


@pytest.mark.transports(*TRANSPORTS)
async def test_a_server_can_come_back(transport, other):
    here = asyncio.get_running_loop()
    async with serving(transport, lambda socket: socket.end(b"here")) as server:
        where = transport.connect_options(server)
        moved = netserve.transfer(server, other.loop)

        async def send_back(server: Server) -> Server:
            return netserve.transfer(server, here)

        back = await other.run(send_back(moved))
        assert await fetch(where) == b"here"
        await shut(back)
