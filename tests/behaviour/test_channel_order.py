"""The channel between two processes: order and back-pressure, callbacks, listeners, its end."""

from __future__ import annotations

import asyncio
import contextvars
import json
import signal
import socket

import pytest

from netserve import process
from tests.behaviour.families import ask, coming, forked, frozen, heard, raw_channel, results, until


@pytest.fixture(params=["json", "advanced"])
def serialization(request):
    return request.param


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
