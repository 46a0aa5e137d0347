"""The channel between two processes: what can be said, what breaks it."""

from __future__ import annotations

import asyncio
import json
import math
import socket
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netserve import Server
from netserve._processes.ipc import peer as _peer
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


async def test_the_longest_message_arrives(monkeypatch):
    monkeypatch.setattr(_peer, "LIMIT", 1000)
    async with raw_channel() as (peer, theirs):
        arrived = heard(peer)
        theirs.send(json.dumps("x" * 997).encode() + b"\n")
        assert await arrived == ("x" * 997, None)


async def test_a_message_without_an_end_breaks_the_channel(monkeypatch, reports):
    monkeypatch.setattr(_peer, "LIMIT", 1000)
    async with raw_channel() as (peer, theirs):
        closed = coming(peer, "disconnect")
        theirs.send(b"x" * 2000)
        await closed
        assert (await reports.next()).code == "ERR_IPC_BROKEN_CHANNEL"


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
