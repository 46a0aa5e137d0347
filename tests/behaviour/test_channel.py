"""The channel between two processes: what can be said, what breaks it."""

from __future__ import annotations

import asyncio
import errno
import json
import math
import os
import socket
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netserve import Server, Socket
from netserve._processes.ipc.peer import MOST_UNHEARD
from tests.behaviour.families import ask, coming, forked, heard, raw_channel, until


@pytest.fixture(params=["json", "advanced"])
def serialization(request):
    return request.param


# Messages

VALUES = [
    None, True, 0, -1.5, 2**53, "", 'a "ü" \u2028\0\n', "\U0001f600", [], {}, [[[]]],
    {"nested": [1, {"two": 2}], "": None}, {"cmd": "NODE_"}, {"cmd": "NODEfoo"}, {"cmd": 5},
]  # fmt: skip


async def test_what_can_be_sent_arrives_as_it_was(serialization):
    async with forked(serialization=serialization) as child:
        for value in VALUES:
            assert await ask(child, "echo", value) == value


async def test_a_long_message_arrives_whole(serialization):
    text = "long ü" * 1_000_000
    async with forked(serialization=serialization) as child:
        assert await ask(child, "echo", text) == text


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=15,
)


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(values=st.lists(json_values, max_size=10), cut=st.integers(1, 64))
def test_any_json_arrives_however_it_is_cut(values, cut):
    async def main():
        async with raw_channel() as (peer, theirs):
            got = []
            peer.on("message", lambda message, handle: got.append(message))
            lines = b"".join(json.dumps(["user", value]).encode() + b"\n" for value in values)
            for at in range(0, len(lines), cut):
                theirs.send(lines[at : at + cut])
                await asyncio.sleep(0)
            await until(lambda: len(got) == len(values))
            return got

    assert asyncio.run(main()) == [["user", value] for value in values]


UNSENDABLE = {
    "an object": object(),
    "a set": {1},
    "bytes": b"bytes",
    "not a number": math.nan,
    "infinity": [math.inf],
    "a key that is no text": {(1, 2): 3},
    "nested": {"deep": [object()]},
}


@pytest.mark.parametrize("case", UNSENDABLE)
async def test_what_json_cannot_hold_is_refused(case):
    async with raw_channel() as (peer, _):
        with pytest.raises(TypeError) as refused:
            peer.send(UNSENDABLE[case])
        assert refused.value.code == "ERR_INVALID_ARG_TYPE"
        assert peer.connected


async def test_a_circle_is_refused():
    circle: list[object] = []
    circle.append(circle)
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    async with raw_channel() as (peer, _):
        for message in (circle, deep):
            with pytest.raises(TypeError) as refused:
                peer.send(message)
            assert refused.value.code == "ERR_INVALID_ARG_TYPE"
    while deep:
        deep = deep.pop()


class Hostile:
    def __repr__(self):
        raise ZeroDivisionError


async def test_wrong_arguments_of_send_are_refused():
    async with raw_channel() as (peer, theirs):
        for handle in (5, "text", [], object(), Hostile(), Server):
            with pytest.raises(TypeError) as refused:
                peer.send("message", handle)
            assert refused.value.code == "ERR_INVALID_HANDLE_TYPE"
        for options in ({"callback": 5}, {"keep_open": 1}):
            with pytest.raises(TypeError) as refused:
                peer.send("message", **options)
            assert refused.value.code == "ERR_INVALID_ARG_TYPE"
        peer.send("only this")
        assert theirs.recv(1000) == b'"only this"\n'


async def test_half_of_a_surrogate_pair_is_escaped():
    async with raw_channel() as (peer, theirs):
        peer.send("\ud800 ü")
        assert theirs.recv(1000) == b'"\\ud800 \\u00fc"\n'


async def test_a_message_that_is_too_long_is_refused(monkeypatch):
    async with raw_channel() as (peer, theirs):
        with pytest.raises(ValueError, match="at most") as refused:
            peer.send("x" * (64 << 20))
        assert refused.value.code == "ERR_OUT_OF_RANGE"
        peer.send("short")
        assert theirs.recv(1000) == b'"short"\n'


async def test_the_longest_message_arrives():
    async with raw_channel(1000) as (peer, theirs):
        arrived = heard(peer)
        theirs.send(json.dumps("x" * 997).encode() + b"\n")
        assert await arrived == ("x" * 997, None)


async def test_a_message_without_an_end_breaks_the_channel(reports):
    async with raw_channel(1000) as (peer, theirs):
        closed = coming(peer, "disconnect")
        theirs.send(b"x" * 2000)
        await closed
        error = await reports.next()
        assert error.code == "ERR_IPC_BROKEN_CHANNEL"
        assert "longer than 1000 bytes, the message_limit" in str(error)


async def test_both_ends_keep_to_the_limit_that_fork_was_given(serialization):
    async with forked(serialization=serialization, message_limit=5000) as child:
        assert await ask(child, "echo", "x" * 4000) == "x" * 4000
        with pytest.raises(ValueError, match="at most 5000 bytes") as refused:
            child.send(["echo", "x" * 5000])
        assert refused.value.code == "ERR_OUT_OF_RANGE"
        # It answers with twice as much: its own `send()` refuses that, and its channel stays.
        assert await ask(child, "refused", 3000) == "ERR_OUT_OF_RANGE"
        assert child.connected


async def test_a_socket_that_would_make_its_message_too_long_stays_here(serialization):
    async with forked(serialization=serialization, message_limit=5000) as child:
        one, other = socket.socketpair()
        with other:
            sent = Socket(fd=one.detach())
            other.sendall(b"x" * 4000)
            await sent.read(0)
            await until(lambda: sent.readable_length == 4000)
            failed: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            child.send(["keep", None], sent, callback=failed.set_result)
            error = await failed
            assert error.code == "ERR_OUT_OF_RANGE"
            assert not sent.destroyed
            assert await sent.read(4000) == b"x" * 4000
            sent.destroy()
            await sent.wait_closed()


JUNK = [b"\n", b"{\n", b"nonsense\n", b"1 2\n", b"\xff\xfe\n", b"[" * 100_000 + b"\n", b"1\0\n"]


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: str(junk[:8]))
async def test_what_is_no_message_breaks_the_channel_and_nothing_else(junk):
    async with raw_channel() as (peer, theirs):
        closed, failed = coming(peer, "disconnect"), coming(peer, "error")
        theirs.sendall(junk)
        (error,) = await failed
        await closed
        assert error.code == "ERR_IPC_BROKEN_CHANNEL"
        assert not peer.connected


async def test_what_is_unknown_or_out_of_place_is_ignored():
    unknown = [
        {"cmd": "NODE_UNKNOWN"}, {"cmd": "NODE_HANDLE_ACK"}, {"cmd": "NODE_HANDLE_NACK"},
        {"cmd": "NODE_CLUSTER", "act": "newconn", "key": "x"}, {"cmd": "NODE_CLUSTER", "ack": 0},
        {"cmd": "NODE_SOCKET_COUNT", "key": "x", "count": 1}, {"cmd": "NODE_SOCKET_ALL_CLOSED"},
        {"cmd": "NODE_SOCKET_GET_COUNT", "key": [1]}, {"cmd": "NODE_SOCKET_NOTIFY_CLOSE", "key": 5},
    ]  # fmt: skip
    async with raw_channel() as (peer, theirs):
        arrived = heard(peer)
        theirs.sendall(b"".join(json.dumps(message).encode() + b"\n" for message in unknown))
        theirs.sendall(b'"known"\n')
        assert await arrived == ("known", None)


async def test_descriptors_that_belong_to_nothing_are_closed():
    async with raw_channel() as (peer, theirs):
        arrived = heard(peer)
        with socket.socket() as one:
            for _ in range(20):
                socket.send_fds(theirs, [b'"plain"\n'], [one.fileno()] * 3)
        await arrived


async def test_messages_wait_until_somebody_listens():
    async with raw_channel() as (peer, theirs):
        theirs.sendall(b"1\n2\n3\n")
        await until(lambda: len(peer._unheard) == 3)
        one = heard(peer)
        theirs.sendall(b"4\n")
        assert (await one)[0] == 1
        await until(lambda: len(peer._unheard) == 3)
        got = []
        peer.on("message", lambda message, handle: got.append(message))
        await until(lambda: len(got) == 3)
        assert got == [2, 3, 4]


async def fill(theirs: socket.socket, line: bytes) -> int:
    """Sends a line again and again until nobody reads any more; how often it was sent whole."""
    theirs.setblocking(False)
    sent = 0
    deadline = asyncio.get_running_loop().time() + 20
    idle = 0
    while idle < 50:
        assert asyncio.get_running_loop().time() < deadline, "everything is read"
        try:
            sent += theirs.send(line)
            idle = 0
        except BlockingIOError:
            idle += 1
            await asyncio.sleep(0.001)  # that nothing more is read has no event
    return sent


async def test_messages_that_nobody_listens_for_wait_up_to_a_mark_and_none_is_lost():
    async with raw_channel() as (peer, theirs):
        line = json.dumps("x" * 997).encode() + b"\n"
        sent = await fill(theirs, line)
        kept = len(peer._unheard)
        assert MOST_UNHEARD <= kept * 1000 < MOST_UNHEARD + 2000
        assert sent > kept * 1000, "the rest waits in the system"
        got = []
        peer.on("message", lambda message, handle: got.append(message))
        await until(lambda: len(got) == sent // 1000)
        assert set(got) == {"x" * 997}
        assert not peer._unheard


async def test_a_listener_for_one_message_lets_the_channel_go_on_when_there_is_room():
    async with raw_channel() as (peer, theirs):
        await fill(theirs, json.dumps("x" * 997).encode() + b"\n")
        kept = len(peer._unheard)
        for _ in range(kept):
            await heard(peer)
        # As many wait again.
        await until(lambda: len(peer._unheard) == kept)


async def test_the_end_of_a_channel_that_nobody_listens_to_is_told():
    async with raw_channel() as (peer, theirs):
        sent = await fill(theirs, json.dumps("x" * 997).encode() + b"\n")
        over = coming(peer, "disconnect")
        theirs.close()
        await over
        # What the system held is here, and nothing more can come.
        assert len(peer._unheard) == sent // 1000
        got = []
        peer.on("message", lambda message, handle: got.append(message))
        await until(lambda: len(got) == sent // 1000)


class Short:
    """A cluster's side that is out of descriptors."""

    def opened(self, link):
        pass

    def hear(self, message, fd):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


async def test_a_shortage_of_our_own_is_not_blamed_on_the_other_process(reports):
    async with raw_channel() as (peer, theirs):
        peer._cluster = Short()
        arrived = heard(peer)
        theirs.sendall(b'{"cmd":"NODE_CLUSTER","act":"online"}\n"after it"\n')
        assert (await reports.next()).errno == errno.EMFILE
        assert await arrived == ("after it", None)
        assert peer.connected


async def test_handles_that_nobody_takes_wait_in_a_small_number():
    async with raw_channel() as (peer, theirs):
        theirs.setblocking(False)
        frame = (
            json.dumps({"cmd": "NODE_HANDLE", "type": "net.Native", "msg": "x"}).encode() + b"\n"
        )
        with socket.socket() as one:
            for _ in range(100):
                try:
                    socket.send_fds(theirs, [frame], [one.fileno()])
                except BlockingIOError:
                    break
                await asyncio.sleep(0)
        await until(lambda: len(peer._unheard) > 30)
        assert len(peer._unheard) < 34
        peer.on("message", lambda message, handle: handle.close())
        await until(lambda: not peer._unheard)
