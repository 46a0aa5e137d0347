"""`pipe()`: every byte, in order, at the speed of the slower one."""

from __future__ import annotations

import asyncio
import hashlib
import random

import pytest

from netserve import EventEmitter, Socket, once
from tests.behaviour.pairs import pair, record, still
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")

DATA = random.Random(4711).randbytes(8 << 20)


class Sink(EventEmitter):
    """Anything with `write` and `end`, that takes one chunk at a time."""

    def __init__(self, *, slow: bool = False) -> None:
        self.data, self.slow, self.ended = bytearray(), slow, asyncio.Event()

    def write(self, chunk: bytes) -> bool:
        self.data += chunk
        if self.slow:
            asyncio.get_running_loop().call_soon(self.emit, "drain")
        return not self.slow

    def end(self) -> None:
        self.ended.set()


async def digest(reader) -> str:
    digested = hashlib.sha256()
    async for chunk in reader:
        digested.update(chunk)
    return digested.hexdigest()


async def test_a_socket_piped_into_itself_is_an_echo(transport):
    async with pair(transport, {"allow_half_open": True}) as ends:
        assert ends.served.pipe(ends.served) is ends.served
        ends.client.end(DATA)
        assert await digest(ends.client) == hashlib.sha256(DATA).hexdigest()


@pytest.mark.transports(*TRANSPORTS)
async def test_one_socket_piped_into_another_passes_every_byte_and_the_end(transport):
    async with pair(transport) as left, pair(transport) as right:
        left.served.pipe(right.client)
        left.client.end(DATA)
        assert await digest(right.served) == hashlib.sha256(DATA).hexdigest()


@pytest.mark.transports(*TRANSPORTS)
async def test_a_slow_reader_at_the_end_holds_the_source_up(transport):
    async with pair(transport) as left, pair(transport) as right:
        right.served.pause()
        left.served.pipe(right.client)
        size = 64 << 20
        left.client.end(bytes(size))
        await still(left.served, right.client, right.served)
        assert left.served.bytes_read < size
        assert right.client.writable_length < 4 << 20
        assert len(await right.served.read()) == size


@pytest.mark.transports(*TRANSPORTS)
async def test_pipes_both_ways_make_a_proxy(transport):
    half = {"allow_half_open": True}
    async with pair(transport, half, **half) as left, pair(transport, half, **half) as right:
        left.served.pipe(right.client).pipe(left.served)
        left.client.end(b"question")
        assert await right.served.read() == b"question"
        right.served.end(b"answer")
        assert await left.client.read() == b"answer"


@pytest.mark.parametrize("slow", [False, True])
async def test_any_object_with_write_and_end_will_do(transport, slow):
    async with pair(transport) as ends:
        sink = Sink(slow=slow)
        assert ends.served.pipe(sink) is sink
        ends.client.end(DATA)
        await sink.ended.wait()
        assert sink.data == DATA


async def test_an_object_without_write_is_refused():
    with pytest.raises(TypeError) as caught:
        Socket().pipe(object())
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


async def test_pipe_without_end_leaves_the_destination_open(transport):
    async with pair(transport) as ends:
        sink = Sink()
        ends.served.pipe(sink, end=False)
        ended = once(ends.served, "end")
        ends.client.end(b"abc")
        await ended
        assert (bytes(sink.data), sink.ended.is_set()) == (b"abc", False)


async def test_one_source_may_have_several_destinations(transport):
    async with pair(transport) as ends:
        fast, slow = Sink(), Sink(slow=True)
        ends.served.pipe(fast)
        ends.served.pipe(slow)
        ends.client.end(DATA[: 1 << 20])
        await fast.ended.wait()
        await slow.ended.wait()
        assert fast.data == slow.data == DATA[: 1 << 20]


async def test_a_data_listener_sees_what_is_piped(transport):
    async with pair(transport) as left, pair(transport) as right:
        seen = bytearray()
        left.served.on("data", seen.extend)
        left.served.pipe(right.client)
        left.client.end(DATA[:100_000])
        assert await right.served.read() == DATA[:100_000] == bytes(seen)


async def test_pipe_and_unpipe_are_events_of_the_destination(transport):
    async with pair(transport) as left, pair(transport) as right:
        seen = record(right.client, "pipe", "unpipe")
        left.served.pipe(right.client)
        assert left.served.unpipe(right.client) is left.served
        assert seen == ["pipe", "unpipe"]


async def test_unpipe_stops_the_flow_and_loses_nothing(transport):
    async with pair(transport) as left, pair(transport) as right:
        left.served.pipe(right.client)
        left.client.write(b"one")
        assert await right.served.readexactly(3) == b"one"
        left.served.unpipe()
        left.client.end(b"two")
        assert await left.served.read() == b"two"
        assert right.served.readable_length == 0


@pytest.mark.transports(*TRANSPORTS)
async def test_a_destination_that_goes_is_unpiped_and_the_source_stays(transport):
    async with pair(transport) as left, pair(transport) as right:
        left.served.pipe(right.client)
        unpiped = once(right.client, "unpipe")
        right.client.destroy()
        assert await unpiped == (left.served,)
        assert left.served.destroyed is False


async def test_what_waits_before_the_pipe_goes_first(transport):
    async with pair(transport) as left, pair(transport) as right:
        left.client.write(b"early ")
        while not left.served.readable_length:
            await asyncio.sleep(0)
        left.served.pipe(right.client)
        left.client.end(b"late")
        assert await right.served.read() == b"early late"


async def test_bytes_are_counted_in_a_pipe_too(transport):
    async with pair(transport) as left, pair(transport) as right:
        left.served.pipe(right.client)
        left.client.end(DATA)
        await right.served.read()
        assert left.served.bytes_read == right.client.bytes_written == len(DATA)
