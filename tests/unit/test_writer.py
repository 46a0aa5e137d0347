"""`Writer`: corks, callbacks in order, and our end. No kernel, no loop."""

from __future__ import annotations

import asyncio

import pytest

from netserve._socket import writer
from netserve._socket.states import FINISH, Flow, Hearing, Incoming, Life, Outgoing, Trouble
from netserve._socket.writer import Writer
from tests.unit.parts import Core, Owner

pytestmark = pytest.mark.loops("asyncio")


@pytest.fixture
def core(monkeypatch) -> Core:
    core = Core()
    monkeypatch.setattr(writer, "io", core)
    return core


@pytest.fixture
def owner(core) -> Owner:
    return Owner(core)


@pytest.fixture
def part(owner) -> Writer:
    return Writer(owner, owner.states)


@pytest.fixture
def called() -> list[object]:
    """What callbacks were called with, in order."""
    return []


def noting(called, name):
    return lambda error=None: called.append(name if error is None else (name, error.code))


# Callbacks


def test_callbacks_come_in_order_as_the_kernel_takes_their_bytes(core, owner, part, called):
    for name, data in (("a", b"12"), ("b", b"34"), ("c", b"5")):
        assert part.write(data, None, noting(called, name)) is True
    core.taken = 3
    part.flushed()
    assert called == []
    owner.turns.run()
    assert called == ["a"]
    core.taken = 5
    part.flushed()
    owner.turns.run()
    assert called == ["a", "b", "c"]


def test_the_core_tells_of_flushes_only_while_a_callback_waits(core, owner, part, called):
    part.write(b"12", None, noting(called, "a"))
    assert core.take() == [("send", b"12"), ("tell_flush", True)]
    core.taken = 2
    part.flushed()
    assert core.take() == [("tell_flush", False)]


def test_what_is_taken_at_once_calls_back_after_the_write(core, owner, part, called):
    core.taken = 2
    part.write("ab", "latin-1", noting(called, "a"))
    assert called == []
    owner.turns.run()
    assert called == ["a"]


def test_nothing_is_called_back_while_the_connection_is_still_to_come(core, called):
    owner = Owner(core, Life.CONNECTING)
    part = Writer(owner, owner.states)
    core.taken = 2
    part.write(b"ab", None, noting(called, "a"))
    owner.turns.run()
    assert called == []


def test_a_write_without_room_says_so(core, owner, part):
    core.room = False
    assert part.write(b"ab", None, None) is False


# Refusals


def test_a_write_after_our_end_is_refused_for_its_callback_and_the_socket(owner, part, called):
    part.end(None, None, None)
    assert part.write(b"x", None, noting(called, "a")) is False
    ((told, error),) = owner.take()
    assert (told, error.code) == ("destroy", "ERR_STREAM_WRITE_AFTER_END")
    assert called == [("a", "ERR_STREAM_WRITE_AFTER_END")]


def test_after_both_ends_it_is_a_broken_pipe_unless_we_may_stay_half_open(core, called):
    for half_open, code in ((False, "EPIPE"), (True, "ERR_STREAM_WRITE_AFTER_END")):
        owner = Owner(core, half_open=half_open)
        owner.states.incoming = Incoming.ENDED
        part = Writer(owner, owner.states)
        part.end(None, None, None)
        part.write(b"x", None, None)
        assert owner.take()[-1][1].code == code


@pytest.mark.parametrize("life", [Life.NEW, Life.OPEN])
def test_a_write_without_a_connection_or_a_direction_is_refused(core, life):
    owner = Owner(core, life)
    if life is Life.OPEN:
        owner.states.outgoing = Outgoing.NONE
    Writer(owner, owner.states).write(b"x", None, None)
    assert owner.take()[-1][1].code == "ERR_SOCKET_CLOSED"
    assert ("send", b"x") not in core.take()


# Corks


def test_what_is_corked_leaves_with_the_last_uncork(core, owner, part, called):
    part.cork()
    part.cork()
    core.taken = 2
    part.write(b"ab", None, noting(called, "a"))
    part.uncork()
    owner.turns.run()
    assert (called, part.corks, core.take()[-1]) == ([], 1, ("tell_flush", True))
    part.uncork()
    owner.turns.run()
    assert (called, part.corks) == (["a"], 0)
    assert ("uncork",) in core.take()
    part.uncork()
    assert core.take() == []


def test_our_end_lets_go_what_was_corked(core, owner, part):
    part.cork()
    core.take()
    part.end(b"last", None, None)
    names = [name for name, *_ in core.take()]
    assert [name for name in names if name != "tell_flush"] == ["send", "uncork", "finish"]
    assert part.corks == 0


# Our end


def test_finish_comes_once_the_kernel_was_told_and_calls_back_before(owner, part, called):
    part.end(None, None, noting(called, "end"))
    assert owner.states.outgoing is Outgoing.ENDING
    part.end_left(0)
    assert called == []
    assert owner.take() == [("finish",), ("settle",)]
    assert (called, owner.states.outgoing) == (["end"], Outgoing.FINISHED)


def test_finish_waits_for_the_peer_s_end_that_is_being_told(owner, part):
    part.end(None, None, None)
    owner.states.incoming, owner.states.flow = Incoming.SEEN, Flow.FLOWING
    part.end_left(0)
    owner.turns.defer(setattr, owner.states, "incoming", Incoming.ENDED)
    owner.turns.defer(owner.told.append, ("the peer's end",))
    assert owner.take() == [("the peer's end",), ("finish",), ("settle",)]


def test_an_end_that_the_kernel_refuses_destroys_the_socket(owner, part):
    part.end(None, None, None)
    part.end_left(32)
    ((told, error),) = owner.take()
    assert (told, error.syscall, error.errno) == ("destroy", "shutdown", 32)


def test_a_second_end_is_heard_by_its_callback_only(owner, part, called):
    part.end(None, None, None)
    part.end(None, None, noting(called, "while ending"))
    part.end_left(0)
    owner.take()
    part.end(None, None, noting(called, "after"))
    assert owner.take() == []
    assert called == ["while ending", ("after", "ERR_STREAM_ALREADY_FINISHED")]


def test_an_end_without_a_connection_finishes_by_itself(core):
    owner = Owner(core, Life.NEW)
    part = Writer(owner, owner.states)
    part.end(None, None, None)
    assert owner.take() == [("finish",), ("settle",)]
    assert core.take() == []


@pytest.mark.parametrize("shared", [False, True])
def test_our_end_is_left_to_the_close_unless_another_process_has_a_copy(core, owner, part, shared):
    owner.states.incoming = Incoming.ENDED
    owner._shared = shared
    part.begin_end()
    assert core.take() == [("finish", ("closing", not shared))]


def test_what_follows_finish_is_the_socket_s_affair(owner, part):
    part.end(None, None, None)
    part.end_left(0)
    assert owner.take() == [("finish",), ("settle",)]


def test_there_is_a_deadline_only_where_bytes_wait_and_none_without_a_time(owner, part):
    part.end(None, None, None)
    part.destroy_after(10.0)
    assert owner.turns.timers == []
    owner.bytes_written = 1
    part.destroy_after(None)
    assert owner.turns.timers == []
    part.destroy_after(10.0)
    part.destroy_after(2.0)
    assert [seconds for seconds, _ in owner.turns.timers] == [2.0]


def test_a_peer_that_takes_something_has_the_same_time_again(core, owner, part):
    part.write(b"abcd", None, None)
    part.end(None, None, None)
    part.destroy_after(10.0)
    core.taken = 1
    owner.turns.expire()
    assert (owner.take(), [seconds for seconds, _ in owner.turns.timers]) == ([], [10.0])
    owner.turns.expire()
    assert owner.take() == [("destroy", None)]


def test_at_the_deadline_the_socket_is_destroyed_and_before_it_no_deadline_is_left(owner, part):
    part.write(b"ab", None, None)
    part.end(None, None, None)
    part.destroy_after(10.0)
    owner.turns.expire()
    assert owner.take() == [("destroy", None)]
    part.destroy_after(10.0)
    part.give_up(was_connecting=False)
    assert owner.turns.timers == []


# The connection is over


def test_give_up_names_every_callback_once_with_its_error(owner, part, called):
    part.write(b"ab", None, noting(called, "write"))
    part.end(None, None, noting(called, "end"))
    owner.destroy()
    for callback, error in part.give_up(was_connecting=False):
        callback(error)
    assert called == [("write", "ERR_STREAM_DESTROYED"), ("end", "ERR_STREAM_DESTROYED")]
    assert part.give_up(was_connecting=False) == []


def test_give_up_tells_the_error_of_the_connection_or_that_there_never_was_one(core, called):
    for error, was_connecting, code in (
        (None, True, "ERR_SOCKET_CLOSED_BEFORE_CONNECTION"),
        (OSError(104, "reset"), True, None),
    ):
        owner = Owner(core, Life.CONNECTING)
        part = Writer(owner, owner.states)
        part.write(b"ab", None, called.append)
        owner.destroy(error)
        ((callback, refused),) = part.give_up(was_connecting=was_connecting)
        assert callback == called.append
        assert refused is error if error is not None else refused.code == code


# Room


async def test_drain_returns_once_there_is_room_and_drain_is_emitted(core, owner, part):
    waiting = asyncio.ensure_future(part.drain())
    await asyncio.sleep(0)
    assert part.is_awaited
    assert owner.states.hearing is Hearing.AWAITS
    part.drained()
    assert owner.take() == []
    core.drain_is_due = True
    part.drained()
    await waiting
    assert owner.take() == [("drain",)]
    assert not part.is_awaited


async def test_drain_raises_what_broke_the_connection(owner, part):
    for error, kind in (
        (ConnectionResetError("reset"), ConnectionResetError),
        (None, ConnectionAbortedError),
    ):
        owner.states.life, owner.states.error = Life.OPEN, None
        owner.states.trouble = Trouble.NONE
        waiting = asyncio.ensure_future(part.drain())
        await asyncio.sleep(0)
        owner.destroy(error)
        part.give_up(was_connecting=False)
        with pytest.raises(kind):
            await waiting


async def test_drain_of_a_half_open_socket_returns_once_our_end_has_left(owner, part):
    waiting = asyncio.ensure_future(part.drain())
    await asyncio.sleep(0)
    part.begin_end()
    part.end_left(0)
    owner.turns.run()
    async with asyncio.timeout(5):
        await waiting


def test_the_end_of_a_life_is_not_told_to_the_next_one(owner, part):
    def connect_again():
        owner._states = owner.states.next_life()

    owner.on("finish", lambda: owner.destroy())
    owner.on("finish", connect_again)
    part.begin_end()
    part.end_left(0)
    assert owner.take() == [("finish",), ("destroy", None)]


async def test_drain_of_a_socket_that_has_finished_is_no_error(owner, part):
    waiting = asyncio.ensure_future(part.drain())
    await asyncio.sleep(0)
    part.begin_end()
    owner.states.outgoing = FINISH[owner.states.outgoing]
    owner.destroy()
    part.give_up(was_connecting=False)
    await waiting
