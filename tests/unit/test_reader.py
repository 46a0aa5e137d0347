"""`Reader`: what waits, in which order it goes out, and when the end comes. No kernel, no loop."""

from __future__ import annotations

import asyncio

import pytest

from netserve._socket import pipe, reader
from netserve._socket.reader import Reader
from netserve._socket.states import Flow, Hearing, Incoming, Life
from tests.unit.parts import Core, Owner

pytestmark = pytest.mark.loops("asyncio")

MARK = 10


@pytest.fixture
def core(monkeypatch) -> Core:
    core = Core()
    monkeypatch.setattr(reader, "io", core)
    monkeypatch.setattr(pipe, "io", core)
    return core


@pytest.fixture
def owner(core) -> Owner:
    return Owner(core)


@pytest.fixture
def part(owner) -> Reader:
    return Reader(owner, owner.states, MARK)


# Flow


def test_bytes_wait_until_somebody_asks_for_them(owner, part):
    part.receive(b"ab")
    part.receive(b"cd")
    assert (part.length, owner.take()) == (4, [])
    part.resume()
    assert owner.take() == [("resume",), ("data", b"abcd")]
    assert part.length == 0


def test_bytes_go_out_as_they_come_once_the_flow_is_on(owner, part):
    part.resume()
    assert owner.take() == [("resume",)]
    part.receive(b"ab")
    assert owner.take() == [("data", b"ab")]


def test_nothing_goes_out_before_the_resume_that_is_due(owner, part):
    part.resume()
    part.receive(b"ab")
    assert owner.told == []
    assert owner.take() == [("resume",), ("data", b"ab")]


def test_a_pause_from_within_data_keeps_the_rest(owner, part):
    owner.on("data", lambda _: part.pause())
    part.receive(b"ab")
    part.resume()
    assert owner.take() == [("resume",), ("data", b"ab")]
    part.receive(b"cd")
    assert (owner.take(), part.length, owner.states.flow) == ([], 2, Flow.PAUSED)


def test_reading_rests_at_the_high_water_mark_and_goes_on_below_it(core, owner, part):
    part.receive(b"x" * (MARK - 1))
    part.start()
    assert core.take() == [("read_start", 1)]
    part.receive(b"x")
    assert core.take() == [("read_stop",)]
    part.start()
    assert core.take() == []
    assert part.take(1) == b"x"
    part.start()
    assert core.take() == [("read_start", 1)]


def test_the_core_hears_for_how_many_bytes_there_is_room(owner, part):
    assert part.receive(b"abc") == MARK - 3
    assert part.receive(b"x" * MARK) == 0
    part.resume()
    owner.take()
    assert part.receive(b"handed out at once") is None
    owner.on("data", lambda _: part.pause())
    assert part.receive(b"by a listener that pauses") == MARK


def test_a_flow_that_is_held_asks_the_kernel_for_nothing(core, owner, part):
    part.hold()
    assert core.take() == [("set_paused", True)]
    part.connected()
    assert ("read_start",) not in core.take()
    part.resume()
    assert ("read_start",) in core.take()


def test_data_that_was_asked_for_before_a_connection_is_read_even_when_paused(core):
    owner = Owner(core, Life.CONNECTING)
    part = Reader(owner, owner.states, MARK)
    part.resume()
    part.pause()
    core.take()
    part.connected()
    assert ("read_start", MARK) in core.take()


def test_the_core_calls_a_lone_listener_itself_only_while_nothing_waits(core, owner, part):
    def listener(chunk: bytes) -> None:
        pass

    def sinks() -> list[object]:
        return [args[0] for name, *args in core.take() if name == "set_sink"]

    owner.on("data", listener)
    part.receive(b"ab")
    part.choose_sink()
    assert sinks() == [None]
    part.resume()
    owner.take()
    assert sinks()[-1] is listener
    part.set_encoding("utf-8")
    assert sinks() == [None]
    owner.on("data", print)
    part.choose_sink()
    assert sinks() == [None]


# The end


def test_the_end_comes_after_the_last_byte(owner, part):
    part.receive(b"ab")
    part.see_end()
    assert owner.take() == []
    part.resume()
    assert owner.take() == [("resume",), ("data", b"ab"), ("end",), ("settle",)]
    assert owner.states.incoming is Incoming.ENDED


def test_the_end_comes_at_once_where_nothing_waits(owner, part):
    part.see_end()
    assert owner.told == [("end",), ("settle",)]


def test_what_is_put_back_between_the_last_byte_and_the_end_comes_before_it(owner, part):
    part.receive(b"ab")
    part.see_end()
    assert part.take() == b"ab"
    part.flow()
    assert owner.states.incoming.name == "DUE"
    assert part.unshift(b"b", "utf-8")
    assert owner.take() == []
    assert owner.states.incoming.name == "SEEN"
    part.resume()
    assert owner.take() == [("resume",), ("data", b"b"), ("end",), ("settle",)]


def test_after_the_end_nothing_can_be_put_back(owner, part):
    part.see_end()
    owner.take()
    assert part.unshift(b"x", "utf-8") is False
    ((told, error),) = owner.take()
    assert (told, error.code) == ("destroy", "ERR_STREAM_UNSHIFT_AFTER_END_EVENT")
    assert part.length == 0


def test_a_socket_that_was_destroyed_meanwhile_tells_no_end(owner, part):
    part.receive(b"ab")
    part.see_end()
    part.take()
    part.flow()
    owner.destroy()
    assert owner.take() == [("destroy", None)]


# What is put back


def test_what_is_put_back_comes_first_and_counts_for_the_mark(core, owner, part):
    part.receive(b"cd")
    assert part.unshift("ab", "utf-8") is True
    assert part.take() == b"abcd"
    core.take()
    assert part.unshift(b"x" * MARK, "utf-8") is False
    assert ("read_stop",) in core.take()


def test_an_unfinished_character_stays_behind_what_is_put_back(owner, part):
    snowman = "\N{SNOWMAN}".encode()
    part.set_encoding("utf-8")
    part.resume()
    owner.take()
    part.receive(b"a" + snowman[:1])
    assert owner.take() == [("data", "a")]
    part.unshift("b", "utf-8")
    part.receive(snowman[1:])
    assert owner.take() == [("data", "b\N{SNOWMAN}")]


# Text


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_text_is_whole_however_the_bytes_are_cut(owner, part, size):
    text = "na\N{LATIN SMALL LETTER I WITH DIAERESIS}ve \N{SNOWMAN} \N{GRINNING FACE}"
    data = text.encode()
    part.set_encoding("utf-8")
    part.resume()
    owner.take()
    for begin in range(0, len(data), size):
        part.receive(data[begin : begin + size])
    chunks = [chunk for _, chunk in owner.take()]
    assert "".join(chunks) == text
    assert "" not in chunks


def test_half_a_character_at_the_end_is_told_as_a_replacement(owner, part):
    part.set_encoding("utf-8")
    part.resume()
    owner.take()
    part.receive("\N{SNOWMAN}".encode()[:2])
    assert owner.take() == []
    part.see_end()
    assert owner.take() == [("data", "\N{REPLACEMENT CHARACTER}"), ("end",), ("settle",)]


def test_another_reader_goes_on_in_the_middle_of_a_character(core, owner, part):
    snowman = "\N{SNOWMAN}".encode()
    part.set_encoding("utf-8")
    part.resume()
    owner.take()
    part.receive(snowman[:1])
    other = Owner(core)
    there = Reader(other, other.states, MARK)
    there.continue_with(part.decoder, part.encoding)
    there.resume()
    other.take()
    there.receive(snowman[1:])
    assert other.take() == [("data", "\N{SNOWMAN}")]
    assert there.encoding == "utf-8"


# With await


async def test_an_await_takes_what_waits_and_leaves_the_flow_as_it_is(core, owner, part):
    part.pause()
    part.receive(b"abc")
    assert await part.read(2) == b"ab"
    assert owner.states.flow is Flow.PAUSED
    assert owner.states.hearing.name == "LISTENERS"
    reading = asyncio.ensure_future(part.readexactly(2))
    await asyncio.sleep(0)
    core.take()
    part.receive(b"d")
    assert await reading == b"cd"
    assert owner.states.hearing is Hearing.AWAITS
    # The kernel is asked no more than the pause allows.
    assert ("set_paused", True) in core.take()


async def test_an_await_that_is_cancelled_leaves_what_waited(owner, part):
    part.receive(b"ab")
    reading = asyncio.ensure_future(part.read(-1))
    await asyncio.sleep(0)
    assert part.length == 2
    part.receive(b"cd")
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert part.take() == b"abcd"


async def test_what_is_missing_at_the_end_is_said_with_what_there_was(owner, part):
    part.receive(b"ab")
    part.see_end()
    with pytest.raises(asyncio.IncompleteReadError) as caught:
        await part.readexactly(3)
    assert (caught.value.partial, caught.value.expected) == (b"ab", 3)
    assert owner.take() == [("end",), ("settle",)]
    assert await part.read(1) == b""


async def test_an_await_raises_what_broke_the_connection_after_what_waits(owner, part):
    part.receive(b"ab")
    owner.destroy(ConnectionResetError("reset"))
    part.leave()
    assert await part.read(9) == b"ab"
    with pytest.raises(ConnectionResetError):
        await part.read(9)


async def test_who_awaits_hears_that_the_connection_is_over(owner, part):
    reading = asyncio.ensure_future(part.readline())
    await asyncio.sleep(0)
    owner.destroy()
    part.leave()
    with pytest.raises(ConnectionAbortedError) as caught:
        await reading
    assert caught.value.code == "ERR_STREAM_PREMATURE_CLOSE"


# Another life


def test_another_life_begins_without_what_waited(core, owner, part):
    part.receive(b"ab")
    part.set_encoding("utf-8")
    part.leave()
    other = Owner(core)
    part.next_life(other, other.states)
    assert (part.length, part.encoding) == (0, "utf-8")
    part.resume()
    part.receive(b"c")
    assert other.take() == [("resume",), ("data", "c")]
