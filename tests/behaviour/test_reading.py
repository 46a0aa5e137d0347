"""Reading by events: flow, encodings, buffers of one's own."""

from __future__ import annotations

import asyncio

import pytest

from netserve import OnRead, Socket, once
from tests.behaviour.pairs import MORE_THAN_THE_KERNEL_TAKES, pair, record, rounds, still
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")


async def collected(reader) -> bytes:
    chunks: list[bytes] = []
    reader.on("data", chunks.append)
    await once(reader, "end")
    return b"".join(chunks)


@pytest.mark.transports(*TRANSPORTS)
async def test_nothing_is_lost_before_somebody_listens(transport):
    async with pair(transport) as ends:
        ends.client.end(b"before")
        while ends.served.readable_length < 6:
            await asyncio.sleep(0)
        assert await collected(ends.served) == b"before"


@pytest.mark.transports(*TRANSPORTS)
async def test_end_comes_only_after_the_data_has_been_taken(transport):
    async with pair(transport) as ends:
        seen = record(ends.served, "end")
        ends.client.end(b"x")
        while not ends.served.readable_length:
            await asyncio.sleep(0)
        assert seen == []
        assert ends.served.readable_ended is False
        ends.served.on("data", lambda _: seen.append("data"))
        await once(ends.served, "end")
        assert seen == ["data", "end"]
        assert ends.served.readable_ended is True


async def test_pause_and_resume_are_events_and_stop_the_data(transport):
    async with pair(transport) as ends:
        seen = record(ends.served, "pause", "resume", "data")
        await once(ends.served, "resume")
        seen.clear()
        assert ends.served.pause() is ends.served
        assert (ends.served.is_paused(), seen) == (True, ["pause"])
        ends.client.write(b"x")
        while not ends.served.readable_length:
            await asyncio.sleep(0)
        assert seen == ["pause"]
        assert ends.served.resume() is ends.served
        await once(ends.served, "data")
        assert seen == ["pause", "resume", "data"]


async def test_pause_inside_a_data_listener_holds_the_rest_back(transport):
    async with pair(transport) as ends:
        chunks = []

        @ends.served.on("data")
        def take(chunk):
            chunks.append(chunk)
            ends.served.pause()
            asyncio.get_running_loop().call_soon(ends.served.resume)

        ends.client.end(bytes(500_000))
        await once(ends.served, "end")
        assert len(b"".join(chunks)) == 500_000
        assert len(chunks) > 1


async def test_resume_without_a_listener_throws_the_data_away(transport):
    async with pair(transport) as ends:
        ends.served.resume()
        ends.client.end(b"gone")
        await once(ends.served, "end")
        assert ends.served.bytes_read == 4


@pytest.mark.transports(*TRANSPORTS)
async def test_a_peer_is_held_up_by_a_reader_that_takes_nothing(transport):
    async with pair(transport) as ends:
        ends.client.write(bytes(MORE_THAN_THE_KERNEL_TAKES))
        await still(ends.client, ends.served)
        assert ends.served.readable_length < 1 << 20
        assert ends.client.writable_length > 0


async def test_a_character_split_over_two_chunks_arrives_whole(transport):
    async with pair(transport) as ends:
        assert ends.served.set_encoding("utf-8") is ends.served
        texts = []
        ends.served.on("data", texts.append)
        for count, byte in enumerate("aé€😀".encode(), 1):
            ends.client.write(bytes([byte]))
            while ends.served.bytes_read < count:
                await asyncio.sleep(0)
        ends.client.end()
        await once(ends.served, "end")
        assert "".join(texts) == "aé€😀"
        assert all(text in "aé€😀" for text in texts)


async def test_half_a_character_at_the_end_is_replaced(transport):
    async with pair(transport) as ends:
        ends.served.set_encoding("utf-8")
        texts = []
        ends.served.on("data", texts.append)
        ends.client.end("€".encode()[:2])
        await once(ends.served, "end")
        assert "".join(texts) == "\ufffd"


@pytest.mark.parametrize("name", ["latin1", "utf16le", "ucs2", "ascii", "UTF-8"])
async def test_nodes_names_of_encodings_are_known(transport, name):
    if transport.kind != "ipv4":
        pytest.skip("covered by ipv4")
    async with pair(transport) as ends:
        ends.served.set_encoding(name)
        ends.client.end("text", name)
        assert await ends.served.read() == "text"


async def test_an_unknown_encoding_is_refused():
    with pytest.raises(ValueError, match="klingon") as caught:
        Socket().set_encoding("klingon")
    assert caught.value.code == "ERR_UNKNOWN_ENCODING"


async def test_on_read_reuses_one_buffer(transport):
    seen, buffer = [], bytearray(4)
    on_read = OnRead(buffer, lambda count, given: seen.append((given is buffer, given[:count])))
    async with pair(transport, {"on_read": on_read}) as ends:
        ends.served.end(b"0123456789")
        await once(ends.client, "end")
        assert all(same for same, _ in seen)
        assert [bytes(part) for _, part in seen] == [b"0123", b"4567", b"89"]


async def test_on_read_that_returns_false_pauses(transport):
    seen = []

    def take(count, buffer):
        seen.append(bytes(buffer[:count]))
        return len(seen) != 1

    async with pair(transport, {"on_read": OnRead(bytearray(4), take)}) as ends:
        ends.served.end(b"01234567")
        while not seen:
            await asyncio.sleep(0)
        await rounds()
        assert (seen, ends.client.is_paused()) == ([b"0123"], True)
        ends.client.resume()
        await once(ends.client, "end")
        assert b"".join(seen) == b"01234567"


async def test_on_read_may_ask_for_a_buffer_each_time(transport):
    made, seen = [], []

    def make():
        made.append(bytearray(3))
        return made[-1]

    on_read = OnRead(make, lambda count, buffer: seen.append(bytes(buffer[:count])))
    async with pair(transport, {"on_read": on_read}) as ends:
        ends.served.end(b"0123456")
        await once(ends.client, "end")
        assert b"".join(seen) == b"0123456"
        assert len(made) >= 3


@pytest.mark.parametrize("buffer", [b"read-only", bytearray(), memoryview(b"x")])
async def test_a_buffer_that_can_not_be_filled_is_refused(buffer):
    with pytest.raises(ValueError, match="buffer"):
        OnRead(buffer, print)


async def test_bytes_read_counts_what_has_come(transport):
    async with pair(transport) as ends:
        ends.client.end(bytes(12345))
        await ends.served.read()
        assert (ends.served.bytes_read, ends.client.bytes_written) == (12345, 12345)
