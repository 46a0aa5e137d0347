"""Handles that do not arrive, processes that die with one, and who counts connections."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import signal
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

import netserve
from netserve import Socket
from tests.behaviour.families import (
    ask,
    coming,
    connected,
    forked,
    frozen,
    heard,
    listening,
    raw_channel,
    until,
)
from tests.behaviour.pairs import gone


@pytest.fixture(params=["tcp", "path"])
def where(request, short_folder):
    """Where to listen."""
    if request.param == "path":
        return {"path": str(short_folder / "one.sock")}
    return {"port": 0, "host": "127.0.0.1"}


# What goes wrong


async def test_a_child_that_dies_before_it_took_a_socket_ends_the_connection(where):
    async with forked() as child, listening(where, pause_on_connect=True) as server:
        await ask(child, "echo", 0)
        called = []
        async with connected(server) as (client, served):
            closed = coming(child, "disconnect")
            with frozen(child.pid):
                child.send(["shout", "child"], served, callback=lambda e: called.append(e))
                child.send(["echo", 1], callback=lambda e: called.append(e))
                child.kill(signal.SIGKILL)
            await closed
            assert await client.read() == b""
            await until(lambda: len(called) == 2)
            assert called[0] is None
            assert called[1].code == "ERR_IPC_CHANNEL_CLOSED"


async def test_a_socket_that_waits_for_its_turn_ends_when_the_child_dies(where):
    async with forked() as child, listening(where, pause_on_connect=True) as server:
        await ask(child, "echo", 0)
        async with connected(server) as (one, first), connected(server) as (two, second):
            with frozen(child.pid):
                child.send(["shout", "child"], first)
                child.send(["shout", "child"], second)
                child.kill(signal.SIGKILL)
            assert await one.read() == b""
            assert await two.read() == b""


async def test_a_child_that_dies_ends_the_sockets_that_it_has():
    async with (
        forked() as child,
        listening({"port": 0, "host": "127.0.0.1"}) as server,
        connected(server, b"x") as (client, served),
    ):
        child.send(["shout", "child"], served)
        assert await client.readexactly(7) == b"child:x"
        child.kill(signal.SIGKILL)
        assert await client.read() == b""


@contextlib.asynccontextmanager
async def sent_raw(message: Any, fd: int | None) -> AsyncIterator[tuple[Any, socket.socket]]:
    """A message with a descriptor, from a hand-made peer."""
    async with raw_channel() as (peer, theirs):
        line = json.dumps(message).encode() + b"\n"
        socket.send_fds(theirs, [line], [] if fd is None else [fd])
        yield peer, theirs


NOT_HANDLES: dict[str, Any] = {
    "no descriptor": {"type": "net.Socket", "msg": 1},
    "an unknown type": {"type": "net.Unknown", "msg": 1},
    "no type": {"msg": 1},
    "a type that is no text": {"type": [1], "msg": 1},
    "a server that does not listen": {"type": "net.Server", "msg": 1},
    "bytes that are no base64": {"type": "net.Socket", "msg": 1, "waiting": "ü"},
}


@pytest.mark.parametrize("case", NOT_HANDLES)
async def test_what_is_no_handle_is_answered_with_no(case):
    with socket.socket() as one:
        fd = None if case == "no descriptor" else one.fileno()
        async with sent_raw({"cmd": "NODE_HANDLE", **NOT_HANDLES[case]}, fd) as (peer, theirs):
            answer = await asyncio.to_thread(theirs.recv, 1000)
            assert json.loads(answer) == {"cmd": "NODE_HANDLE_NACK"}
            assert peer.connected


async def test_a_file_is_no_handle(tmp_path):
    with (tmp_path / "file").open("w") as file:
        message = {"cmd": "NODE_HANDLE", "type": "net.Socket", "msg": 1}
        async with sent_raw(message, file.fileno()) as (_, theirs):
            answer = await asyncio.to_thread(theirs.recv, 1000)
            assert json.loads(answer)["cmd"].startswith("NODE_HANDLE_")


async def test_what_node_sends_again_is_wrapped_twice_and_answered_once():
    inner = {"cmd": "NODE_HANDLE", "type": "net.Socket", "msg": "hello"}
    ours, theirs_end = socket.socketpair()
    with theirs_end, ours:
        message = {"cmd": "NODE_HANDLE", "type": "net.Native", "msg": inner}
        async with sent_raw(message, ours.fileno()) as (peer, theirs):
            word, handle = await heard(peer)
            assert (word, type(handle)) == ("hello", Socket)
            assert theirs.recv(1000) == b'{"cmd":"NODE_HANDLE_ACK"}\n'
            await gone(handle)


async def test_bytes_in_the_message_come_before_those_of_the_descriptor():
    ours, far = socket.socketpair()
    with far, ours:
        far.send(b" second")
        waiting = base64.b64encode(b"first").decode()
        message = {"cmd": "NODE_HANDLE", "type": "net.Socket", "msg": 1, "waiting": waiting}
        async with sent_raw(message, ours.fileno()) as (peer, _):
            _, handle = await heard(peer)
            assert await handle.readexactly(12) == b"first second"
            await gone(handle)


async def test_a_socket_that_was_read_from_stays_here_if_the_peer_is_not_netserve():
    async with (
        listening({"port": 0, "host": "127.0.0.1"}) as server,
        connected(server, b"hello") as (_, served),
        raw_channel() as (peer, theirs),
    ):
        told = asyncio.get_running_loop().create_future()
        behind = asyncio.get_running_loop().create_future()
        assert peer.send("socket", served, callback=told.set_result) is False
        peer.send("behind", callback=behind.set_result)
        assert json.loads(theirs.recv(1000))["cmd"] == "NODE_HANDLE"
        theirs.send(b'{"cmd":"NODE_HANDLE_NACK"}\n')
        assert (await told).code == "ERR_SOCKET_BYTES_WAITING"
        assert await behind is None
        assert theirs.recv(1000) == b'"behind"\n'
        assert await served.readexactly(5) == b"hello"


async def test_a_handle_that_does_not_arrive_is_sent_four_times_and_then_closed(caplog):
    async with (
        listening({"port": 0, "host": "127.0.0.1"}, pause_on_connect=True) as server,
        connected(server) as (client, served),
        raw_channel() as (peer, theirs),
    ):
        peer.send("socket", served)
        for _ in range(4):
            line, fds, _, _ = await asyncio.to_thread(socket.recv_fds, theirs, 1000, 5)
            socket.socket(fileno=fds[0]).close()
            assert json.loads(line)["type"] == "net.Socket"
            theirs.send(b'{"cmd":"NODE_HANDLE_NACK"}\n')
        assert await client.read() == b""
        assert "did not arrive" in caplog.text
        peer.send("still there")
        assert await asyncio.to_thread(theirs.recv, 1000) == b'"still there"\n'


# Counting


async def test_connections_are_counted_across_processes():
    async with (
        forked() as one,
        forked() as two,
        listening({"port": 0, "host": "127.0.0.1"}, pause_on_connect=True) as server,
        contextlib.AsyncExitStack() as stack,
    ):
        pairs = [await stack.enter_async_context(connected(server)) for _ in range(4)]
        assert await server.get_connections() == 4
        for child, (_, served) in zip((one, one, two), pairs, strict=False):
            assert await ask(child, "kind", None, served) == "Socket"
        assert len(server.connections) == 1
        assert await server.get_connections() == 4
        await ask(one, "drop")
        assert await server.get_connections() == 2
        over = coming(two, "exit")
        two.kill(signal.SIGKILL)
        await over
        assert await server.get_connections() == 1


async def test_a_kept_open_socket_counts_here_and_there():
    async with (
        forked() as child,
        listening({"port": 0, "host": "127.0.0.1"}, pause_on_connect=True) as server,
        connected(server) as (_, served),
    ):
        await ask(child, "kind", None, served, keep_open=True)
        assert await server.get_connections() == 2
        await gone(served)
        assert await server.get_connections() == 1
        await ask(child, "drop")
        assert await server.get_connections() == 0


async def test_a_child_that_only_closed_its_channel_can_not_be_asked():
    async with (
        forked() as child,
        listening({"port": 0, "host": "127.0.0.1"}, pause_on_connect=True) as server,
        connected(server) as (_, served),
    ):
        await ask(child, "shout", "child", served)
        closed = coming(child, "disconnect")
        child.send(["disconnect", 0])
        await closed
        with pytest.raises(RuntimeError) as refused:
            await server.get_connections()
        assert refused.value.code == "ERR_CHILD_CLOSED_BEFORE_REPLY"
        told = asyncio.get_running_loop().create_future()
        server.get_connections(lambda error, count: told.set_result((error.code, count)))
        assert await told == ("ERR_CHILD_CLOSED_BEFORE_REPLY", None)
        over = coming(child, "exit")
        child.kill(signal.SIGKILL)
        await over
        assert await server.get_connections() == 0


async def test_a_child_that_dies_while_it_is_asked():
    async with (
        forked() as child,
        listening({"port": 0, "host": "127.0.0.1"}, pause_on_connect=True) as server,
        connected(server) as (_, served),
    ):
        await ask(child, "kind", None, served)
        with frozen(child.pid):
            counted = server.get_connections()
            await asyncio.sleep(0)
            child.kill(signal.SIGKILL)
        with pytest.raises(RuntimeError) as refused:
            await counted
        assert refused.value.code == "ERR_CHILD_CLOSED_BEFORE_REPLY"


async def test_two_servers_of_one_child_are_counted_apart():
    async with (
        forked() as child,
        listening({"port": 0, "host": "127.0.0.1"}, pause_on_connect=True) as one,
        listening({"port": 0, "host": "127.0.0.1"}, pause_on_connect=True) as two,
        connected(one) as (_, first),
        connected(two) as (_, second),
        connected(two) as (_, third),
    ):
        for served in (first, second, third):
            await ask(child, "kind", None, served)
        assert [await one.get_connections(), await two.get_connections()] == [1, 2]


async def test_close_waits_for_connections_in_other_processes():
    async with forked() as child:
        server = await netserve.start_server(port=0, host="127.0.0.1", pause_on_connect=True)
        async with connected(server) as (_, served):
            await ask(child, "kind", None, served)
            closed = coming(server, "close")
            server.close()
            assert await ask(child, "echo", 0) == 0
            assert not closed.done()
            await ask(child, "drop")
            await closed
            await server.wait_closed()


async def test_close_comes_when_the_child_with_the_last_connection_dies():
    async with forked() as child:
        server = await netserve.start_server(port=0, host="127.0.0.1", pause_on_connect=True)
        async with connected(server) as (client, served):
            await ask(child, "kind", None, served)
            closed = coming(server, "close")
            server.close()
            assert await ask(child, "echo", 0) == 0
            assert not closed.done()
            child.kill(signal.SIGKILL)
            await closed
            assert await client.read() == b""


async def test_close_after_all_children_died_comes_at_once():
    async with forked() as child:
        server = await netserve.start_server(port=0, host="127.0.0.1", pause_on_connect=True)
        async with connected(server) as (_, served):
            await ask(child, "kind", None, served)
            over = coming(child, "exit")
            child.kill(signal.SIGKILL)
            await over
            assert await server.get_connections() == 0
            server.close()
            await server.wait_closed()
