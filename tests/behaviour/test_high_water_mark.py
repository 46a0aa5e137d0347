"""`high_water_mark` bounds what is kept: a read is no longer than the mark asks.

What waits may be a page above the mark, since a shorter read would cost as much.
"""

from __future__ import annotations

import asyncio

import pytest

from netserve import Socket, once
from tests.behaviour.pairs import MORE_THAN_THE_KERNEL_TAKES, pair
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")

PAGE = 4096
MARKS = [0, 1, 1024, 65536]


async def turns(count: int = 100) -> None:
    """Many turns of the loop: time enough for everything that is under way."""
    for _ in range(count):
        await asyncio.sleep(0)


async def most_that_waits(socket: Socket) -> int:
    """How much waits once the kernel holds the peer back."""
    while not socket.readable_length:
        await asyncio.sleep(0)
    await turns()
    return socket.readable_length


@pytest.mark.transports(*TRANSPORTS)
@pytest.mark.parametrize("mark", MARKS)
async def test_bytes_that_nobody_reads_wait_near_the_mark(transport, mark):
    async with pair(transport, high_water_mark=mark) as ends:
        ends.client.write(b"x" * MORE_THAN_THE_KERNEL_TAKES)
        assert mark <= await most_that_waits(ends.served) <= mark + PAGE


@pytest.mark.parametrize("mark", MARKS)
async def test_so_do_those_of_a_client(transport, mark):
    async with pair(transport, {"high_water_mark": mark}) as ends:
        ends.served.write(b"x" * MORE_THAN_THE_KERNEL_TAKES)
        assert mark <= await most_that_waits(ends.client) <= mark + PAGE


@pytest.mark.parametrize("mark", MARKS)
async def test_so_do_those_behind_a_listener_that_pauses(transport, mark):
    async with pair(transport, high_water_mark=mark) as ends:
        ends.served.on("data", lambda _: ends.served.pause())
        ends.client.write(b"x" * MORE_THAN_THE_KERNEL_TAKES)
        await once(ends.served, "pause")
        assert await most_that_waits(ends.served) <= mark + PAGE


@pytest.mark.parametrize("decoding", [False, True])
async def test_so_do_those_behind_several_listeners_or_a_decoder(transport, decoding):
    async with pair(transport, high_water_mark=1024) as ends:
        ends.served.on("data", lambda _: None)
        if decoding:
            ends.served.set_encoding("latin-1")
        else:
            ends.served.on("data", lambda _: None)
        ends.client.write(b"x" * MORE_THAN_THE_KERNEL_TAKES)
        while ends.served.bytes_read < 1 << 20:
            await asyncio.sleep(0)
        ends.served.pause()
        assert await most_that_waits(ends.served) <= 1024 + PAGE


async def test_so_do_those_behind_lines(transport):
    async with pair(transport, high_water_mark=1024) as ends:
        ends.client.write(b"one line\n" * (MORE_THAN_THE_KERNEL_TAKES // 9))
        for _ in range(5000):
            assert await ends.served.readline() == b"one line\n"
            assert ends.served.readable_length <= 1024 + PAGE


async def test_what_is_asked_for_at_once_may_be_longer_than_the_mark(transport):
    async with pair(transport, high_water_mark=1024) as ends:
        ends.client.write(b"x" * 300_000)
        assert len(await ends.served.readexactly(200_000)) == 200_000
        assert ends.served.readable_length <= 1024 + PAGE
        ends.client.end()
        assert len(await ends.served.read()) == 100_000


async def test_what_a_pipe_leaves_in_its_destination_is_near_the_destinations_mark(transport):
    """A read of the source's is four times the mark at most."""
    async with pair(transport) as source, pair(transport, high_water_mark=2048) as sink:
        source.served.pipe(sink.served)
        source.client.write(b"x" * (2 * MORE_THAN_THE_KERNEL_TAKES))
        while not sink.served.writable_length:
            await asyncio.sleep(0)
        await turns()
        assert sink.served.writable_length <= 2048 + 4 * 2048
