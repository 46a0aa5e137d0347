"""The channel between two processes: messages, their order, their callbacks, its end."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import json
import math
import signal
import socket
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netserve import Server, process
from netserve._runtime import current
from netserve.child_process import ChildProcess
from netserve.ipc import Peer, _peer
from tests.behaviour.families import ask, coming, forked, frozen, heard, until


@pytest.fixture(params=["json", "advanced"])
def serialization(request):
    return request.param


@contextlib.asynccontextmanager
async def raw_channel() -> AsyncIterator[tuple[Peer, socket.socket]]:
    """A channel whose other end is in the hands of the test."""
    ours, theirs = socket.socketpair()
    peer = ChildProcess()
    peer._open_channel(current(), ours.detach(), "json")
    with theirs:
        theirs.settimeout(10)
        assert json.loads(theirs.recv(1000)) == {"cmd": "NODE_NETSERVE", "version": 1}
        try:
            yield peer, theirs
        finally:
            if peer.connected:
                closed = coming(peer, "disconnect")
                theirs.close()
                await closed


def results() -> tuple[list[object], object]:
    """What a callback was called with, as it comes."""
    seen: list[object] = []
    return seen, seen.append


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
    deep: list[object] = []
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


# Order and back-pressure


async def test_send_says_false_when_much_waits_and_callbacks_come_in_order():
    async with forked() as child:
        await ask(child, "echo", 0)
        called, callback = results()
        with frozen(child.pid):
            count = 0
            while child.send(["echo", "x" * 20_000], callback=lambda e, n=count: callback((n, e))):
                count += 1
            for number in range(count + 1, count + 5):
                child.send(["echo", 1], callback=lambda e, n=number: callback((n, e)))
            assert count > 2
            assert len(called) < count
        await until(lambda: len(called) == count + 5)
        assert called == [(number, None) for number in range(count + 5)]


async def test_send_says_true_again_once_the_other_side_has_read():
    async with raw_channel() as (peer, theirs):
        gone = asyncio.get_running_loop().create_future()
        while peer.send("x" * 20_000):
            pass
        assert not peer.send("more")
        peer.send("last", callback=gone.set_result)
        theirs.setblocking(False)
        loop = asyncio.get_running_loop()
        while not gone.done():
            await loop.sock_recv(theirs, 1 << 20)
        assert await gone is None
        assert peer.send("one")


async def test_a_callback_is_never_called_before_send_returns():
    async with raw_channel() as (peer, _):
        seen, done = [], asyncio.get_running_loop().create_future()

        def callback(error):
            seen.append(error)
            done.set_result(None)

        assert peer.send("message", callback=callback)
        assert seen == []
        await done
        assert seen == [None]


async def test_messages_wait_behind_a_handle_that_has_not_arrived():
    async with raw_channel() as (peer, theirs):
        with socket.socket() as one, socket.socket() as two:
            called, callback = results()
            assert peer.send("first", one, callback=lambda e: callback("first"))
            peer.send("second", callback=lambda e: callback("second"))
            assert not peer.send("third", two, callback=lambda e: callback("third"))
            message, fds, _, _ = socket.recv_fds(theirs, 1000, 5)
            socket.socket(fileno=fds[0]).close()
            assert json.loads(message)["msg"] == "first"
            theirs.setblocking(False)
            await until(lambda: called)
            for _ in range(10):
                await asyncio.sleep(0)
            with pytest.raises(BlockingIOError):
                theirs.recv(1000)
            assert called == ["first"]
            theirs.setblocking(True)
            theirs.send(b'{"cmd":"NODE_HANDLE_ACK"}\n')
            await until(lambda: len(called) == 3)
            message, fds, _, _ = socket.recv_fds(theirs, 1000, 5)
            lines = [json.loads(line) for line in message.splitlines()]
            assert lines[0] == "second"
            if len(lines) == 1:
                message, fds, _, _ = socket.recv_fds(theirs, 1000, 5)
                lines.append(json.loads(message))
            assert lines[1]["msg"] == "third"
            socket.socket(fileno=fds[0]).close()
            assert called == ["first", "second", "third"]
            theirs.send(b'{"cmd":"NODE_HANDLE_ACK"}\n')


async def test_a_frozen_child_gets_everything_in_order_once_it_goes_on():
    async with forked() as child:
        await ask(child, "echo", 0)
        got = []
        child.on("message", lambda message, handle: got.append(message))
        with frozen(child.pid), socket.socket() as one, socket.socket() as two:
            child.send(["echo", 1])
            child.send(["kind", 2], one)
            child.send(["echo", 3])
            child.send(["kind", 4], two)
            child.send(["echo", 5])
        await until(lambda: len(got) == 5)
        kind = ["kind", "AF_INET SOCK_STREAM"]
        assert got == [["echo", 1], kind, ["echo", 3], kind, ["echo", 5]]


# Its end


async def test_a_closed_channel_is_an_error_of_the_callback_or_an_event():
    async with forked() as child:
        await ask(child, "echo", 0)
        closed = coming(child, "disconnect")
        child.disconnect()
        assert not child.connected
        failed, called = coming(child, "error"), asyncio.get_running_loop().create_future()
        assert child.send("late", callback=called.set_result) is False
        assert (await called).code == "ERR_IPC_CHANNEL_CLOSED"
        assert not failed.done()
        assert child.send("late") is False
        assert (await failed)[0].code == "ERR_IPC_CHANNEL_CLOSED"
        await closed
        assert child.channel is None
        failed = coming(child, "error")
        child.disconnect()
        assert (await failed)[0].code == "ERR_IPC_DISCONNECTED"


async def test_what_was_sent_before_disconnect_arrives():
    async with forked(silent=True) as child:
        over = coming(child, "exit")
        for number in range(50):
            child.send(["write_fd", [1, f"{number} "]])
        child.disconnect()
        text = b""
        async for chunk in child.stdout:
            text += chunk
        assert text.split() == [b"%d" % number for number in range(50)]
        assert await over == (0, None)


async def test_disconnect_waits_for_a_handle_that_has_not_arrived():
    async with raw_channel() as (peer, theirs):
        closed = coming(peer, "disconnect")
        with socket.socket() as one:
            peer.send("handle", one)
        peer.send("last")
        peer.disconnect()
        _, fds, _, _ = socket.recv_fds(theirs, 1000, 5)
        socket.socket(fileno=fds[0]).close()
        theirs.send(b'{"cmd":"NODE_HANDLE_ACK"}\n')
        await closed
        assert theirs.recv(1000) == b'"last"\n'
        assert theirs.recv(1000) == b""


async def test_callbacks_of_what_never_left_get_an_error():
    async with forked() as child:
        await ask(child, "echo", 0)
        called, callback = results()
        closed = coming(child, "disconnect")
        with frozen(child.pid):
            child.send("x" * 2_000_000, callback=callback)
            child.send("y", callback=callback)
            child.kill(signal.SIGKILL)
        await closed
        await until(lambda: len(called) == 2)
        assert [error.code for error in called] == ["ERR_IPC_CHANNEL_CLOSED"] * 2


async def test_a_child_that_disconnects_lives_on(serialization):
    async with forked(serialization=serialization) as child:
        closed, over = coming(child, "disconnect"), coming(child, "exit")
        await_word = heard(child)
        child.send(["disconnect", "enough"])
        assert (await await_word)[0] == ["disconnecting", "enough"]
        await closed
        assert await over == (0, None)


async def test_a_child_whose_channel_is_unref_ends():
    async with forked() as child:
        over = coming(child, "exit")
        child.send(["unref", None])
        assert await over == (0, None)


def test_a_child_without_a_listener_ends_at_once(python):
    program = python(
        "-c",
        """
import netserve, sys
from netserve.child_process import fork
child = fork("-", exec_args=["-c", "import netserve; netserve.run(); print('child over')"])
child.on("exit", lambda *how: print(how, flush=True))
netserve.run()
""",
    )
    assert [program.line(), program.line()] == ["child over", "(0, None)"]


def test_in_a_program_that_nobody_forked_there_is_no_channel():
    assert (process.connected, process.channel) == (False, None)
    with pytest.raises(RuntimeError) as refused:
        process.send("hello")
    assert refused.value.code == "ERR_IPC_CHANNEL_CLOSED"
    with pytest.raises(RuntimeError) as refused:
        process.disconnect()
    assert refused.value.code == "ERR_IPC_DISCONNECTED"


# Listeners

which = contextvars.ContextVar("which", default="none")


async def test_listeners_run_in_the_context_of_fork():
    which.set("at fork")
    async with forked() as child:
        which.set("later")
        seen = asyncio.get_running_loop().create_future()
        child.once("message", lambda *_: seen.set_result(which.get()))
        child.send(["echo", 1])
        assert await seen == "at fork"


async def test_a_listener_may_be_a_coroutine_function():
    async with forked() as child:
        done = asyncio.get_running_loop().create_future()

        @child.once("message")
        async def on_message(message, handle):
            done.set_result(await ask(child, "echo", "again"))

        child.send(["echo", 1])
        assert await done == "again"


async def test_an_error_in_a_listener_is_reported_and_the_channel_goes_on(reports):
    async with forked() as child:

        def fail(*_):
            raise ZeroDivisionError

        async def fail_later(*_):
            raise LookupError

        child.once("message", fail)
        child.send(["echo", 1])
        assert isinstance(await reports.next(), ZeroDivisionError)
        child.once("message", fail_later)
        child.send(["echo", 2])
        assert isinstance(await reports.next(), LookupError)
        assert await ask(child, "echo", 3) == 3


async def test_an_error_in_a_callback_is_reported(reports):
    async with forked() as child:
        child.send(["unheard", 1], callback=lambda error: 1 / 0)
        assert isinstance(await reports.next(), ZeroDivisionError)
        assert await ask(child, "echo", 3) == 3


async def test_a_channel_that_is_closed_in_a_listener_delivers_nothing_more():
    async with raw_channel() as (peer, theirs):
        got, closed = [], coming(peer, "disconnect")

        def on_message(message, handle):
            got.append(message)
            peer.disconnect()

        peer.on("message", on_message)
        theirs.sendall(b"1\n")
        await closed
        assert got == [1]
