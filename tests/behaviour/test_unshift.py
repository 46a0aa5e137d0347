"""`unshift()`: what was read and not needed comes again, before everything else."""

from __future__ import annotations

import asyncio

import pytest

from netserve import Socket, once
from tests.behaviour.pairs import closing, pair

pytestmark = pytest.mark.transports("ipv4")


async def test_what_is_put_back_is_read_first(transport):
    async with pair(transport) as ends:
        ends.client.write(b"head|body")
        assert await ends.served.readuntil(b"|") == b"head|"
        ends.served.unshift(b"other|")
        assert await ends.served.readuntil(b"|") == b"other|"
        assert await ends.served.readexactly(4) == b"body"


async def test_who_waits_already_gets_what_is_put_back(transport):
    async with pair(transport) as ends:
        reading = asyncio.ensure_future(ends.served.readexactly(3))
        await asyncio.sleep(0)
        ends.served.unshift(b"own")
        assert await reading == b"own"


async def test_the_end_comes_after_what_was_put_back(transport):
    async with pair(transport) as ends:
        seen: list[object] = []
        ends.served.on("end", lambda: seen.append("end"))

        def first(chunk: bytes) -> None:
            ends.served.off("data", first).on("data", seen.append)
            ends.served.unshift(chunk)

        ends.served.on("data", first)
        ended = once(ends.served, "end")
        ends.client.end(b"x")
        await ended
        assert seen == [b"x", "end"]


async def test_the_first_half_of_a_character_stays_behind_what_was_put_back(transport):
    async with pair(transport) as ends:
        ends.served.set_encoding("utf-8")
        snowman = "\N{SNOWMAN}".encode()
        ends.client.write(b"a" + snowman[:1])
        while ends.served.bytes_read < 2:
            await asyncio.sleep(0)
        assert await ends.served.read(9) == "a"
        ends.served.unshift("back ")
        ends.client.write(snowman[1:])
        text = ""
        while "\N{SNOWMAN}" not in text:
            text += await ends.served.read(100)
        assert text == "back \N{SNOWMAN}"


async def test_at_the_high_water_mark_it_says_no_and_keeps_all(transport):
    async with pair(transport, client_options={"high_water_mark": 4}) as ends:
        ends.client.pause()
        assert ends.client.unshift(b"123") is True
        assert ends.client.unshift(b"0") is False
        assert await ends.client.read(10) == b"0123"


async def test_after_the_end_it_is_an_error(transport):
    async with pair(transport, allow_half_open=True) as ends:
        ends.client.end()
        ends.served.resume()
        await once(ends.served, "end")
        told = once(ends.served, "error")
        closed = closing(ends.served)
        assert ends.served.unshift(b"late") is False
        assert (await told)[0].code == "ERR_STREAM_UNSHIFT_AFTER_END_EVENT"
        assert await closed is True


@pytest.mark.parametrize(
    ("data", "code"),
    [(None, "ERR_STREAM_NULL_VALUES"), (5, "ERR_INVALID_ARG_TYPE"), ([], "ERR_INVALID_ARG_TYPE")],
)
async def test_what_is_no_data_is_refused(data, code):
    with pytest.raises(TypeError, match="data") as caught:
        Socket().unshift(data)
    assert caught.value.code == code
