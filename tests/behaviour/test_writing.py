"""Writing: order, callbacks, pressure, the end."""

from __future__ import annotations

import array
import asyncio
from typing import Any

import pytest

from netserve import Socket, once
from tests.behaviour.pairs import MORE_THAN_THE_KERNEL_TAKES, gone, pair, record, rounds, serving
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")


@pytest.mark.parametrize(
    "data", [b"abcd", bytearray(b"abcd"), memoryview(b"abcd"), array.array("B", b"abcd"), "abcd"]
)
async def test_bytes_likes_and_text_may_be_written(transport, data):
    async with pair(transport) as ends:
        assert ends.client.write(data) is True
        assert await ends.served.readexactly(4) == b"abcd"


async def test_text_is_encoded_as_asked(transport):
    async with pair(transport) as ends:
        ends.client.write("é", "latin-1")
        ends.client.end("é")
        assert await ends.served.read() == b"\xe9\xc3\xa9"


async def test_a_buffer_may_be_changed_once_it_is_written(transport):
    async with pair(transport) as ends:
        data = bytearray(8 << 20)
        ends.client.write(data)
        data[:] = b"x" * len(data)
        ends.client.end()
        assert await ends.served.read() == bytes(8 << 20)


async def test_write_callbacks_come_in_order_and_before_finish(transport):
    async with pair(transport) as ends:
        seen: list[Any] = record(ends.client, "finish")
        for name in "abc":
            ends.client.write(name, callback=lambda error, name=name: seen.append((name, error)))
        ends.client.end(callback=lambda *_: seen.append("ended"))
        ends.served.resume()
        await once(ends.client, "close")
        assert seen[:3] == [("a", None), ("b", None), ("c", None)]
        assert set(seen[3:]) == {"finish", "ended"}


async def test_unsent_writes_hear_whether_there_was_a_connection(
    transport,
):
    codes: list[object] = []

    def told(error: Any) -> None:
        codes.append(error.code)

    async with serving(transport) as server:
        server.on("connection", lambda served: served.pause())
        client = Socket()
        where = transport.connect_options(server)
        for once_connected in (False, True):
            client.connect(**where)
            if once_connected:
                await once(client, "connect")
            client.write(bytes(MORE_THAN_THE_KERNEL_TAKES), callback=told)
            await gone(client)
    assert codes == ["ERR_SOCKET_CLOSED_BEFORE_CONNECTION", "ERR_STREAM_DESTROYED"]


@pytest.mark.parametrize(
    ("data", "code"),
    [(None, "ERR_STREAM_NULL_VALUES"), (7, "ERR_INVALID_ARG_TYPE"), ([1], "ERR_INVALID_ARG_TYPE")],
)
async def test_what_is_no_data_is_refused(transport, data, code):
    async with pair(transport) as ends:
        with pytest.raises(TypeError) as caught:
            ends.client.write(data)
        assert caught.value.code == code
        assert ends.client.destroyed is False


@pytest.mark.transports(*TRANSPORTS)
async def test_write_says_when_enough_is_enough_and_drain_when_there_is_room(transport):
    async with pair(transport) as ends:
        assert ends.client.write(bytes(MORE_THAN_THE_KERNEL_TAKES)) is False
        assert ends.client.writable_need_drain is True
        assert ends.client.writable_length > 0
        drained = once(ends.client, "drain")
        ends.served.resume()
        await drained
        assert (ends.client.writable_need_drain, ends.client.writable_length) == (False, 0)


async def test_corked_writes_leave_together(transport):
    async with pair(transport) as ends:
        arrived = []
        ends.served.on("data", arrived.append)
        ends.client.cork()
        ends.client.cork()
        ends.client.write(b"one")
        ends.client.uncork()
        ends.client.write(b"two")
        await rounds()
        assert arrived == []
        ends.client.uncork()
        await once(ends.served, "data")
        assert arrived == [b"onetwo"]


async def test_end_uncorks(transport):
    async with pair(transport) as ends:
        ends.client.cork()
        ends.client.write(b"held")
        ends.client.end()
        assert await ends.served.read() == b"held"


@pytest.mark.transports(*TRANSPORTS)
async def test_what_is_written_while_connecting_arrives_in_order(transport):
    async with pair(transport) as ends:
        coming = once(ends.server, "connection")
        client = Socket().connect(**transport.connect_options(ends.server))
        client.write(b"one ")
        client.end(b"two")
        (served,) = await coming
        assert await served.read() == b"one two"
        await gone(client)


async def test_writing_after_end_is_an_error(transport):
    async with pair(transport) as ends:
        failed = once(ends.client, "error")
        ends.client.end()
        answers = []
        assert ends.client.write(b"late", callback=answers.append) is False
        (error,) = await failed
        assert error.code == "ERR_STREAM_WRITE_AFTER_END"
        assert [answer.code for answer in answers] == ["ERR_STREAM_WRITE_AFTER_END"]


async def test_writing_after_destroy_is_told_to_the_callback_only(transport):
    async with pair(transport) as ends:
        seen = record(ends.client, "error")
        ends.client.destroy()
        answer = asyncio.get_running_loop().create_future()
        assert ends.client.write(b"late", callback=answer.set_result) is False
        assert (await answer).code == "ERR_STREAM_DESTROYED"
        assert seen == []


@pytest.mark.transports(*TRANSPORTS)
async def test_end_sends_the_rest_then_finishes(transport):
    async with pair(transport) as ends:
        finished = once(ends.client, "finish")
        assert ends.client.end("last") is ends.client
        assert (ends.client.writable, ends.client.writable_ended) == (False, True)
        assert await ends.served.read() == b"last"
        await finished
        assert ends.client.writable_finished is True


@pytest.mark.transports(*TRANSPORTS)
async def test_destroy_throws_away_what_waits_and_tells_its_callbacks(transport):
    async with pair(transport) as ends:
        assert ends.client.write(bytes(MORE_THAN_THE_KERNEL_TAKES)) is False
        answer = asyncio.get_running_loop().create_future()
        ends.client.write(b"never", callback=answer.set_result)
        ends.client.destroy()
        assert (await answer).code == "ERR_STREAM_DESTROYED"


@pytest.mark.transports(*TRANSPORTS)
async def test_destroy_soon_sends_what_waits(transport):
    async with pair(transport) as ends:
        size = 4 << 20
        ends.client.write(bytes(size))
        ends.client.destroy_soon()
        assert len(await ends.served.read()) == size
        if not ends.client.closed:
            await once(ends.client, "close")
        assert ends.client.destroyed is True


@pytest.mark.transports(*TRANSPORTS)
async def test_reset_and_destroy_is_seen_as_a_reset(transport):
    async with pair(transport) as ends:
        if not transport.is_tcp:
            with pytest.raises(TypeError) as caught:
                ends.client.reset_and_destroy()
            assert caught.value.code == "ERR_INVALID_HANDLE_TYPE"
            return
        failed = once(ends.served, "error")
        ends.served.resume()
        ends.client.reset_and_destroy()
        (error,) = await failed
        assert isinstance(error, ConnectionResetError)
        assert (error.code, error.syscall) == ("ECONNRESET", "read")
