"""`destroy_soon()`, and leaving `async with socket`, end although the peer reads nothing."""

from __future__ import annotations

import asyncio

import pytest

from netserve import Socket
from tests.behaviour.pairs import MORE_THAN_THE_KERNEL_TAKES, closing, pair
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")

SHORT = 0.05


def stuff(socket: Socket) -> None:
    """Writes what the peer, which reads nothing, leaves no room for."""
    socket.write(b"x" * (2 * MORE_THAN_THE_KERNEL_TAKES))


@pytest.mark.transports(*TRANSPORTS)
async def test_a_servers_close_timeout_bounds_it(transport):
    async with pair(transport, {"high_water_mark": 1}) as ends:
        ends.server.close_timeout = SHORT
        stuff(ends.served)
        ends.served.destroy_soon()
        assert await closing(ends.served) is False
        assert ends.served.destroyed


async def test_its_own_argument_wins(transport):
    async with pair(transport, {"high_water_mark": 1}) as ends:
        stuff(ends.served)
        ends.served.destroy_soon(timeout=SHORT)
        assert await closing(ends.served) is False


async def test_a_client_has_the_same_argument(transport):
    async with pair(transport, high_water_mark=1) as ends:
        stuff(ends.client)
        ends.client.destroy_soon(timeout=SHORT)
        assert await closing(ends.client) is False


async def test_a_second_one_may_be_less_patient(transport):
    async with pair(transport, {"high_water_mark": 1}) as ends:
        stuff(ends.served)
        ends.served.destroy_soon()
        ends.served.destroy_soon(timeout=SHORT)
        assert await closing(ends.served) is False


async def test_leaving_async_with_is_bounded_too(transport):
    async with pair(transport, {"high_water_mark": 1}) as ends:
        ends.server.close_timeout = SHORT
        async with ends.served:
            stuff(ends.served)
        assert ends.served.closed


async def test_callbacks_of_what_was_not_taken_get_an_error(transport):
    async with pair(transport, {"high_water_mark": 1}) as ends:
        told: asyncio.Queue[BaseException | None] = asyncio.Queue()
        ends.served.write(b"x" * (2 * MORE_THAN_THE_KERNEL_TAKES), callback=told.put_nowait)
        ends.served.destroy_soon(timeout=SHORT)
        error = await told.get()
        assert getattr(error, "code", None) == "ERR_STREAM_DESTROYED"


async def test_a_peer_that_reads_slowly_gets_everything_however_long_that_takes(transport):
    async with pair(transport, {"high_water_mark": 65536}) as ends:
        ends.server.close_timeout = 4 * SHORT
        size, got = MORE_THAN_THE_KERNEL_TAKES, 0
        began = asyncio.get_running_loop().time()
        ends.served.write(b"x" * size)
        ends.served.destroy_soon()
        while got < size:
            got += len(await ends.client.readexactly(min(size - got, size // 20)))
            await asyncio.sleep(SHORT / 2)  # time is the subject
        assert asyncio.get_running_loop().time() - began > ends.server.close_timeout


async def test_a_peer_that_reads_late_gets_everything(transport):
    async with pair(transport) as ends:
        size = MORE_THAN_THE_KERNEL_TAKES
        ends.served.write(b"x" * size)
        ends.served.destroy_soon()
        assert len(await ends.client.read()) == size


async def test_a_new_life_has_nothing_of_the_deadline_of_the_last(transport):
    async with pair(transport, high_water_mark=1) as ends:
        stuff(ends.client)
        ends.client.destroy_soon(timeout=SHORT)
        ends.client.destroy()
        ends.client.connect(**transport.connect_options(ends.server))
        ends.client.write(b"x" * (2 * MORE_THAN_THE_KERNEL_TAKES))
        await asyncio.sleep(2 * SHORT)
        assert not ends.client.destroyed
        ends.client.destroy()
