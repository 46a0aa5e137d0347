"""`Server.broadcast()`: one message for every connection, and what becomes of the slow ones."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

import netserve
from netserve import Server, once
from tests.behaviour.pairs import MORE_THAN_THE_KERNEL_TAKES, gone, pair, serving


@contextlib.asynccontextmanager
async def clients(transport, server, count):
    """Connections that the server has accepted."""
    address = transport.connect_options(server)
    wanted = len(server.connections) + count
    opened = [await netserve.open_connection(**address) for _ in range(count)]
    while len(server.connections) < wanted:
        await once(server, "connection")
    try:
        yield opened
    finally:
        for client in opened:
            await gone(client)


async def test_every_connection_gets_the_message(transport):
    async with serving(transport) as server, clients(transport, server, 3) as opened:
        assert server.broadcast("grüße\n") == 3
        for client in opened:
            assert await client.readline() == "grüße\n".encode()


async def test_a_server_without_connections_reaches_none():
    assert Server().broadcast(b"hello") == 0


async def test_a_buffer_may_be_changed_afterwards(transport):
    async with serving(transport) as server, clients(transport, server, 2) as opened:
        message = bytearray(b"hello")
        server.broadcast(memoryview(message))
        message[:] = b"wrong"
        for client in opened:
            assert await client.readexactly(5) == b"hello"


@contextlib.asynccontextmanager
async def one_that_is_behind(transport):
    """A connection whose client does not read, and which has more to write than its mark."""
    async with pair(transport) as ends:
        ends.client.pause()
        assert ends.served.write(bytes(MORE_THAN_THE_KERNEL_TAKES)) is False
        assert ends.served.writable_length > ends.served.writable_high_water_mark
        yield ends


async def test_a_slow_connection_misses_the_message_and_stays(transport):
    async with (
        one_that_is_behind(transport) as ends,
        clients(transport, ends.server, 1) as (quick,),
    ):
        assert ends.server.broadcast(b"news") == 1
        assert await quick.readexactly(4) == b"news"
        drained = once(ends.served, "drain")
        await ends.client.readexactly(MORE_THAN_THE_KERNEL_TAKES)
        await drained
        assert ends.server.broadcast(b"again") == 2
        assert await ends.client.readexactly(5) == b"again"


async def test_a_message_may_wait_for_a_slow_connection(transport):
    async with one_that_is_behind(transport) as ends:
        assert ends.server.broadcast(b"news", slow="wait") == 1
        await ends.client.readexactly(MORE_THAN_THE_KERNEL_TAKES)
        assert await ends.client.readexactly(4) == b"news"


async def test_a_slow_connection_may_be_closed(transport):
    async with one_that_is_behind(transport) as ends:
        closed = once(ends.served, "close")
        assert ends.server.broadcast(b"news", slow="close") == 0
        assert await closed == (False,)


async def test_a_connection_that_is_not_behind_is_never_dropped(transport):
    """A mark of 0 means that nothing should wait, and where nothing does, there is room."""
    async with pair(transport, high_water_mark=0) as ends:
        assert ends.server.broadcast(b"one", slow="close") == 1
        assert await ends.client.readexactly(3) == b"one"


async def test_a_connection_that_has_ended_its_side_is_passed_over(transport):
    async with pair(transport, {"allow_half_open": True}) as ends:
        ends.served.end(b"bye")
        assert ends.server.broadcast(b"news", slow="wait") == 0
        assert await ends.client.read() == b"bye"


async def test_a_destroyed_connection_is_passed_over(transport):
    async with pair(transport) as ends:
        ends.served.destroy()
        assert ends.server.broadcast(b"news") == 0


async def test_a_half_open_connection_gets_the_message_after_its_peer_s_end(transport):
    async with pair(transport, {"allow_half_open": True}, allow_half_open=True) as ends:
        ended = once(ends.served, "end")
        ends.served.resume()
        ends.client.end()
        await ended
        assert ends.server.broadcast(b"news") == 1
        ends.served.end()
        assert await ends.client.read() == b"news"


@pytest.mark.transports("ipv4")
async def test_connections_that_go_while_the_message_leaves_are_passed_over(transport):
    async with serving(transport) as server, clients(transport, server, 3) as opened:

        def write(data):
            server.close_all_connections()
            return True

        for served in server.connections:
            setattr(served, "write", write)  # noqa: B010  (a checker knows it as a method)
        assert server.broadcast(b"news") == 1
        await asyncio.gather(*(client.read() for client in opened))


@pytest.mark.parametrize(
    ("data", "options", "error"),
    [
        (None, {}, "ERR_STREAM_NULL_VALUES"),
        (5, {}, "ERR_INVALID_ARG_TYPE"),
        (b"", {"slow": "skip"}, "ERR_INVALID_ARG_VALUE"),
        (b"", {"slow": None}, "ERR_INVALID_ARG_TYPE"),
    ],
)
async def test_what_is_wrong_is_refused_before_anything_is_sent(data, options, error):
    with pytest.raises((TypeError, ValueError)) as caught:
        Server().broadcast(data, **options)
    assert caught.value.code == error
