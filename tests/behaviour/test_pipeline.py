"""`pipeline()`: a proxy in one line. Every byte, both ends, the first error."""

from __future__ import annotations

import asyncio

import pytest

import netserve
from netserve import Socket, once, pipeline
from tests.behaviour.pairs import gone, pair, serving

DATA = bytes(range(256)) * 4096


async def test_two_sockets_are_a_proxy_and_an_answer_comes_after_the_question_s_end(transport):
    async with pair(transport) as left, pair(transport, allow_half_open=True) as right:
        proxy = asyncio.create_task(pipeline(left.served, right.client))
        left.client.allow_half_open = True
        left.client.end(b"question")
        assert await right.served.read() == b"question"
        right.served.end(DATA)
        assert await left.client.read() == DATA
        await proxy
        assert left.served.closed
        assert right.client.closed


async def test_a_coroutine_listener_is_a_proxy_in_one_line(transport):
    async def shout(socket):
        socket.end((await socket.read()).upper())

    async with serving(transport, shout, allow_half_open=True) as target:
        address = transport.connect_options(target)

        async def forward(client):
            await pipeline(client, await netserve.open_connection(**address))

        async with serving(transport, forward, allow_half_open=True) as proxy:
            client = await netserve.open_connection(
                **transport.connect_options(proxy), allow_half_open=True
            )
            client.end(b"hello")
            assert await client.read() == b"HELLO"
            await gone(client)


async def test_a_socket_that_still_connects_may_be_piped(transport):
    def echo(socket):
        socket.pipe(socket)

    async with serving(transport, echo) as target, pair(transport) as ends:
        upstream = netserve.create_connection(**transport.connect_options(target))
        proxy = asyncio.create_task(pipeline(ends.served, upstream))
        ends.client.write(b"hello")
        assert await ends.client.readexactly(5) == b"hello"
        ends.client.end()
        await proxy


@pytest.mark.transports("ipv4")
async def test_a_socket_with_itself_is_an_echo(transport):
    async with pair(transport) as ends:
        ends.client.allow_half_open = True
        echo = asyncio.create_task(pipeline(ends.served, ends.served))
        ends.client.end(DATA)
        assert await ends.client.read() == DATA
        await echo


async def test_three_sockets_pass_the_bytes_one_way(transport):
    async with pair(transport) as first, pair(transport) as middle, pair(transport) as last:
        middle.served.pipe(middle.served)
        line = asyncio.create_task(pipeline(first.served, middle.client, last.client))
        first.client.end(DATA)
        assert await last.served.read() == DATA
        await line
        assert middle.client.closed
        assert last.client.writable_finished
        assert last.client.listener_count("error") == 0


def expect_to_be_cut_off(*sockets):
    """Has somebody hear of the reset."""
    for socket in sockets:
        socket.on("error", lambda _: None)


async def test_the_first_error_is_raised_and_the_others_are_destroyed(transport):
    async with pair(transport) as left, pair(transport) as right:
        expect_to_be_cut_off(right.served)
        proxy = asyncio.create_task(pipeline(left.served, right.client))
        await once(right.client, "pipe")
        left.served.destroy(OSError("broken on purpose"))
        with pytest.raises(OSError, match="broken on purpose"):
            await proxy
        assert right.client.destroyed


@pytest.mark.transports("ipv4")
async def test_a_target_that_refuses_is_the_error(transport, reports):
    async with serving(transport) as server:
        address = transport.connect_options(server)
    async with pair(transport) as ends:
        upstream = netserve.create_connection(**address)
        with pytest.raises(ConnectionRefusedError):
            await pipeline(ends.served, upstream)
        assert ends.served.destroyed
        await gone(upstream)
        assert upstream.listener_count("error") == 0
    assert not reports


async def test_a_socket_that_is_destroyed_before_its_end_is_an_error(transport):
    async with pair(transport) as left, pair(transport) as right:
        proxy = asyncio.create_task(pipeline(left.served, right.client))
        await once(right.client, "pipe")
        right.client.destroy()
        with pytest.raises(ConnectionAbortedError) as caught:
            await proxy
        assert caught.value.code == "ERR_STREAM_PREMATURE_CLOSE"
        assert left.served.destroyed


@pytest.mark.transports("ipv4")
async def test_a_socket_that_was_destroyed_before_is_an_error_too(transport):
    async with pair(transport) as left, pair(transport) as right:
        await gone(right.client)
        with pytest.raises(ConnectionAbortedError):
            await pipeline(left.served, right.client)
        assert left.served.destroyed


async def test_two_errors_at_once_are_one_that_is_raised(transport, reports):
    async with pair(transport) as left, pair(transport) as right:
        proxy = asyncio.create_task(pipeline(left.served, right.client))
        await once(right.client, "pipe")
        left.served.destroy(OSError("the first"))
        right.client.destroy(OSError("the second"))
        with pytest.raises(OSError, match="the first"):
            await proxy
        await gone(right.client)
    assert not reports


@pytest.mark.transports("ipv4")
async def test_half_an_upload_is_not_passed_on_as_a_whole_one(transport):
    async with pair(transport) as left, pair(transport) as right:
        proxy = asyncio.create_task(pipeline(left.served, right.client))
        reading = asyncio.create_task(right.served.read())
        left.client.write(b"half of the upload")
        while right.served.bytes_read < 18:
            await asyncio.sleep(0)
        left.client.reset_and_destroy()
        with pytest.raises(ConnectionResetError):
            await proxy
        with pytest.raises(ConnectionResetError):
            await reading


async def test_a_cancelled_pipeline_destroys_its_sockets(transport):
    async with pair(transport) as left, pair(transport) as right:
        expect_to_be_cut_off(left.client, right.served)
        proxy = asyncio.create_task(pipeline(left.served, right.client))
        await once(right.client, "pipe")
        proxy.cancel()
        with pytest.raises(asyncio.CancelledError):
            await proxy
        assert left.served.destroyed
        assert right.client.destroyed


@pytest.mark.parametrize(
    ("sockets", "code"),
    [
        ((), "ERR_MISSING_ARGS"),
        ((Socket,), "ERR_MISSING_ARGS"),
        ((Socket, object), "ERR_INVALID_ARG_TYPE"),
    ],
)
async def test_too_few_sockets_and_other_things_are_refused(sockets, code):
    with pytest.raises(TypeError) as caught:
        await pipeline(*[make() for make in sockets])
    assert caught.value.code == code
