"""Reading and writing with `await`: the meanings are those of asyncio's streams."""

from __future__ import annotations

import asyncio

import pytest

import netserve
from netserve import once
from netserve.errors import code_of
from tests.behaviour.pairs import MORE_THAN_THE_KERNEL_TAKES, gone, pair, serving, still
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")


async def test_read_gives_what_is_there_up_to_n(transport):
    async with pair(transport) as ends:
        ends.client.end(b"abcdef")
        assert await ends.served.read(4) == b"abcd"
        assert await ends.served.read(4) == b"ef"
        assert await ends.served.read(4) == b""
        assert await ends.served.read(0) == b""


async def test_read_without_n_gives_everything_until_the_end(transport):
    async with pair(transport) as ends:
        ends.client.end(bytes(300_000))
        assert len(await ends.served.read()) == 300_000
        assert await ends.served.read() == b""


async def test_readexactly_waits_for_all_of_it(transport):
    async with pair(transport) as ends:
        reading = asyncio.create_task(ends.served.readexactly(200_000))
        for _ in range(2):
            ends.client.write(bytes(100_000))
        assert len(await reading) == 200_000
        assert await ends.served.readexactly(0) == b""


@pytest.mark.transports(*TRANSPORTS)
async def test_readexactly_tells_what_there_was_when_the_end_comes_first(transport):
    async with pair(transport) as ends:
        ends.client.end(b"abc")
        with pytest.raises(asyncio.IncompleteReadError) as caught:
            await ends.served.readexactly(5)
        assert (caught.value.partial, caught.value.expected) == (b"abc", 5)


async def test_readexactly_of_a_negative_number_is_refused(transport):
    async with pair(transport) as ends:
        with pytest.raises(ValueError, match="-1"):
            await ends.served.readexactly(-1)


async def test_readline_gives_lines_and_then_what_is_left(transport):
    async with pair(transport) as ends:
        ends.client.end(b"one\ntwo\r\nrest")
        lines = [await ends.served.readline() for _ in range(4)]
        assert lines == [b"one\n", b"two\r\n", b"rest", b""]


async def test_readline_of_a_line_that_is_too_long_is_refused(transport):
    async with pair(transport, high_water_mark=16) as ends:
        ends.client.end(b"x" * 100 + b"\nnext\n")
        with pytest.raises(ValueError, match="limit"):
            await ends.served.readline()


async def test_readuntil_takes_any_separator_even_when_it_comes_in_two_parts(transport):
    async with pair(transport) as ends:
        reading = asyncio.create_task(ends.served.readuntil(b"\r\n\r\n"))
        ends.client.write(b"head\r\n\r")
        while ends.served.bytes_read < 7:
            await asyncio.sleep(0)
        ends.client.end(b"\nbody")
        assert await reading == b"head\r\n\r\n"
        assert await ends.served.read() == b"body"


async def test_readuntil_tells_what_there_was_when_the_end_comes_first(transport):
    async with pair(transport) as ends:
        ends.client.end(b"no separator")
        with pytest.raises(asyncio.IncompleteReadError) as caught:
            await ends.served.readuntil(b";")
        assert caught.value.partial == b"no separator"


async def test_readuntil_beyond_the_limit_leaves_the_bytes(transport):
    async with pair(transport, high_water_mark=16) as ends:
        ends.client.end(b"x" * 40 + b";")
        with pytest.raises(asyncio.LimitOverrunError):
            await ends.served.readuntil(b";")
        assert await ends.served.read() == b"x" * 40 + b";"


async def test_an_empty_separator_is_refused(transport):
    async with pair(transport) as ends:
        with pytest.raises(ValueError, match="separator"):
            await ends.served.readuntil(b"")


async def test_a_cancelled_read_loses_nothing(transport):
    async with pair(transport) as ends:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await ends.served.readexactly(6)
        ends.client.write(b"abc")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await ends.served.readexactly(6)
        ends.client.write(b"def")
        assert await ends.served.readexactly(6) == b"abcdef"


async def test_async_for_gives_chunks_until_the_end(transport):
    async with pair(transport) as ends:
        ends.client.end(bytes(500_000))
        sizes = [len(chunk) async for chunk in ends.served]
        assert sum(sizes) == 500_000
        assert all(sizes)


async def test_reading_gives_text_after_set_encoding(transport):
    async with pair(transport) as ends:
        ends.served.set_encoding("utf-8")
        ends.client.end("grüße\nan alle")
        assert await ends.served.readline() == "grüße\n"
        assert await ends.served.read() == "an alle"


@pytest.mark.transports(*TRANSPORTS)
async def test_a_reset_is_raised_by_what_reads(transport):
    if not transport.is_tcp:
        pytest.skip("only TCP has resets")
    async with pair(transport) as ends:
        reading = asyncio.create_task(ends.served.read(1))
        await asyncio.sleep(0)
        ends.client.reset_and_destroy()
        with pytest.raises(ConnectionResetError):
            await reading
        with pytest.raises(ConnectionResetError):
            await ends.served.read(1)


async def test_destroying_a_socket_fails_what_reads(transport):
    async with pair(transport) as ends:
        reading = asyncio.create_task(ends.served.read(1))
        await asyncio.sleep(0)
        ends.served.destroy()
        with pytest.raises(ConnectionAbortedError) as caught:
            await reading
        assert code_of(caught.value) == "ERR_STREAM_PREMATURE_CLOSE"


@pytest.mark.transports(*TRANSPORTS)
async def test_drain_waits_for_room(transport):
    async with pair(transport) as ends:
        ends.client.write(bytes(MORE_THAN_THE_KERNEL_TAKES))
        draining = asyncio.create_task(ends.client.drain())
        await still(ends.client, ends.served)
        assert not draining.done()
        ends.served.resume()
        await draining
        assert ends.client.writable_need_drain is False


async def test_drain_without_pressure_returns(transport):
    async with pair(transport) as ends:
        ends.client.write(b"little")
        await ends.client.drain()


async def test_drain_of_a_destroyed_socket_says_so(transport):
    async with pair(transport) as ends:
        await gone(ends.client)
        with pytest.raises(ConnectionAbortedError) as caught:
            await ends.client.drain()
        assert code_of(caught.value) == "ERR_STREAM_DESTROYED"


@pytest.mark.transports(*TRANSPORTS)
@pytest.mark.parametrize(
    ("error", "told"), [(ConnectionAbortedError, None), (None, "ERR_STREAM_DESTROYED")]
)
async def test_destroying_a_socket_tells_who_drains(transport, error, told):
    async with pair(transport) as ends:
        ends.client.on("error", lambda _: None)
        ends.client.write(bytes(MORE_THAN_THE_KERNEL_TAKES))
        draining = asyncio.create_task(ends.client.drain())
        await asyncio.sleep(0)
        ends.client.destroy(error and error("enough"))
        with pytest.raises(error or ConnectionAbortedError) as caught:
            await draining
        assert code_of(caught.value) == told


async def test_a_socket_that_ends_and_closes_has_drained(transport):
    async with pair(transport) as ends:
        ends.client.write(bytes(MORE_THAN_THE_KERNEL_TAKES))
        draining = asyncio.create_task(ends.client.drain())
        await asyncio.sleep(0)
        ends.client.end()
        ends.served.resume()
        ends.served.end()
        await draining
        await ends.client.wait_closed()


@pytest.mark.transports(*TRANSPORTS)
async def test_wait_closed_waits_and_raises_what_closed_it(transport):
    async with pair(transport) as ends:
        waiting = asyncio.create_task(ends.client.wait_closed())
        await asyncio.sleep(0)
        assert not waiting.done()
        ends.client.destroy(ConnectionAbortedError("enough"))
        with pytest.raises(ConnectionAbortedError):
            await waiting
        assert ends.client.closed is True


@pytest.mark.transports(*TRANSPORTS)
async def test_leaving_async_with_sends_what_was_written(transport):
    async with pair(transport) as ends:
        reading = asyncio.create_task(ends.served.read())
        async with ends.client as client:
            client.write(bytes(1 << 20))
        assert ends.client.closed is True
        assert len(await reading) == 1 << 20


async def test_leaving_async_with_by_an_exception_closes_at_once(transport):
    async with pair(transport) as ends:
        ends.client.write(bytes(MORE_THAN_THE_KERNEL_TAKES))
        with pytest.raises(LookupError):
            async with ends.client:
                raise LookupError
        assert ends.client.closed is True


async def test_events_and_await_mix_on_one_socket(transport):
    async with pair(transport) as ends:
        ends.client.end(b"header\nbody")
        assert await ends.served.readline() == b"header\n"
        rest = []
        ends.served.on("data", rest.append)
        await once(ends.served, "end")
        assert b"".join(rest) == b"body"


async def test_a_coroutine_listener_may_serve_a_connection(transport):
    async def echo(connection):
        async with connection:
            async for chunk in connection:
                connection.write(chunk)
                await connection.drain()

    async with serving(transport, echo, allow_half_open=True) as server:
        client = await netserve.open_connection(
            **transport.connect_options(server), allow_half_open=True
        )
        client.end(bytes(1 << 20))
        assert len(await client.read()) == 1 << 20
        await gone(client)


async def test_a_part_of_a_character_is_not_the_end(transport):
    async with pair(transport) as ends:
        ends.served.set_encoding("utf-8")
        first, rest = "€".encode()[:2], "€".encode()[2:]
        for take in (lambda: ends.served.read(100), lambda: anext(aiter(ends.served))):
            ends.client.write(first)
            reading = asyncio.ensure_future(take())
            while ends.served.bytes_read < ends.client.bytes_written:
                await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert not reading.done()
            ends.client.write(rest + b" and more")
            assert await reading == "€ and more"


@pytest.mark.parametrize("way", ["read()", "read(n)", "readline()", "async for"])
async def test_a_character_that_is_cut_off_by_the_end_shows(transport, way):
    ways = {
        "read()": lambda socket: socket.read(),
        "read(n)": lambda socket: collected(socket, lambda: socket.read(100)),
        "readline()": lambda socket: collected(socket, socket.readline),
        "async for": lambda socket: collected(socket, None),
    }
    async with pair(transport) as ends:
        ends.served.set_encoding("utf-8")
        ends.client.end(b"ab" + "€".encode()[:2])
        assert await ways[way](ends.served) == "ab\ufffd"


async def collected(socket, read):
    chunks = []
    if read is None:
        chunks = [chunk async for chunk in socket]
    else:
        while chunk := await read():
            chunks.append(chunk)
    return "".join(chunks)
