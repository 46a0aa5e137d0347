"""`set_timeout()`: an event when nothing moves. Time is the subject of every sleep here."""

from __future__ import annotations

import asyncio

import pytest

from netserve import Socket, create_connection, once
from tests.behaviour.pairs import gone, pair, record, serving
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")


@pytest.mark.transports(*TRANSPORTS)
async def test_timeout_comes_after_so_many_seconds_without_a_byte(transport):
    async with pair(transport) as ends:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        assert ends.client.set_timeout(0.05) is ends.client
        await once(ends.client, "timeout")
        assert 0.045 <= loop.time() - begun < 5
        assert ends.client.destroyed is False


@pytest.mark.parametrize("writer", ["client", "served"])
async def test_a_byte_in_either_direction_starts_the_clock_again(transport, writer):
    async with pair(transport) as ends:
        seen = record(ends.client, "timeout")
        ends.client.resume()
        ends.served.resume()
        ends.client.set_timeout(0.5)
        for _ in range(4):
            await asyncio.sleep(0.2)
            getattr(ends, writer).write(b"x")
        assert seen == []


async def test_timeout_of_zero_is_none(transport):
    async with pair(transport) as ends:
        seen = record(ends.client, "timeout")
        ends.client.set_timeout(0.02)
        ends.client.set_timeout(0)
        await asyncio.sleep(0.06)
        assert (seen, ends.client.timeout) == ([], 0)


async def test_the_callback_is_for_one_timeout_and_goes_with_zero(transport):
    async with pair(transport) as ends:
        called = []

        def callback():
            called.append("called")

        ends.client.set_timeout(3600, callback)
        ends.client.set_timeout(0, callback)
        assert ends.client.listener_count("timeout") == 0
        ends.client.set_timeout(0.02, callback)
        await once(ends.client, "timeout")
        assert called == ["called"]
        assert ends.client.listener_count("timeout") == 0


async def test_timeout_may_be_set_like_an_attribute(transport):
    async with pair(transport) as ends:
        assert ends.client.timeout is None
        ends.client.timeout = 0.02
        assert ends.client.timeout == 0.02
        await once(ends.client, "timeout")


async def test_a_destroyed_socket_has_no_timeout(transport):
    async with pair(transport) as ends:
        seen = record(ends.client, "timeout")
        ends.client.set_timeout(0.02)
        await gone(ends.client)
        await asyncio.sleep(0.06)
        assert seen == []


async def test_create_connection_takes_a_timeout(transport):
    async with serving(transport) as server:
        client = create_connection(**transport.connect_options(server), timeout=0.02)
        await once(client, "timeout")
        assert client.timeout == 0.02
        await gone(client)


@pytest.mark.parametrize(
    ("seconds", "kind"), [("1", TypeError), (None, TypeError), (-1, ValueError), (3e9, ValueError)]
)
async def test_a_timeout_that_is_no_duration_is_refused(seconds, kind):
    with pytest.raises(kind, match="seconds"):
        Socket().set_timeout(seconds)
