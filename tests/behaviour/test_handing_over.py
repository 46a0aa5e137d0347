"""Servers and sockets that another process gets: what travels, what stays, who counts."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

import netserve
from netserve import Server, Socket, once
from tests.behaviour.families import (
    ask,
    ask_for_handle,
    coming,
    connected,
    fetch,
    forked,
    frozen,
    heard,
    listening,
    reach,
    until,
)
from tests.behaviour.pairs import closing, gone, shut
from tests.behaviour.test_channel import raw_channel


@pytest.fixture(params=["json", "advanced"])
def serialization(request):
    return request.param


@pytest.fixture(params=["tcp", "path"])
def where(request, short_folder):
    """Where to listen."""
    if request.param == "path":
        return {"path": str(short_folder / "one.sock")}
    return {"port": 0, "host": "127.0.0.1"}


# Sockets


async def test_bytes_that_were_read_already_travel_along_and_come_first(where, serialization):
    async with (
        forked(serialization=serialization) as child,
        listening(where) as server,
        connected(server, b"read here") as (client, served),
    ):
        child.send(["shout", "child"], served)
        assert await client.readexactly(15) == b"child:read here"
        client.write(b"read there")
        assert await client.readexactly(16) == b"child:read there"


async def test_bytes_that_were_never_read_arrive_by_themselves(where):
    async with (
        forked() as child,
        listening(where, pause_on_connect=True) as server,
        connected(server) as (client, served),
    ):
        client.write(b"unread")
        port = None if "path" in where else client.local_port
        assert await ask(child, "state", None, served) == ["open", 0, port, True]
        await ask(child, "shout_all", "child")
        assert await client.readexactly(12) == b"child:unread"


async def test_half_of_what_came_may_be_read_here(where):
    async with (
        forked() as child,
        listening(where) as server,
        connected(server, b"here there") as (client, served),
    ):
        assert await served.readexactly(5) == b"here "
        child.send(["shout", "child"], served)
        assert await client.readexactly(11) == b"child:there"


async def test_a_great_deal_that_was_read_travels_along(where):
    data = os.urandom(60_000)
    async with (
        forked() as child,
        listening(where) as server,
        connected(server, data) as (client, served),
    ):
        child.send(["shout", ""], served)
        client.end()
        echoed = await client.read()
        assert echoed.replace(b":", b"") == data.replace(b":", b"")
        assert len(echoed) > len(data)


async def test_a_sent_socket_is_closed_here_without_an_end_there(where):
    async with (
        forked() as child,
        listening(where) as server,
        connected(server, b"1") as (client, served),
    ):
        closed = closing(served)
        child.send(["shout", "child"], served)
        await until(lambda: served.destroyed)
        assert await closed is False
        assert served.fileno() == -1
        assert await client.readexactly(7) == b"child:1"
        assert server.connections == ()


async def test_a_socket_that_saw_the_end_of_the_other_half_still_answers():
    async with (
        forked() as child,
        listening({"port": 0, "host": "127.0.0.1"}, allow_half_open=True) as server,
        connected(server, b"question") as (client, served),
    ):
        client.allow_half_open = True
        client.end()
        await asyncio.sleep(0)
        child.send(["shout", "answer"], served)
        assert await client.read() == b"answer:question"


async def test_a_socket_that_has_written_its_end_still_reads():
    async with (
        forked() as child,
        listening({"port": 0, "host": "127.0.0.1"}, allow_half_open=True) as server,
    ):
        taken = once(server, "connection")
        client = await netserve.open_connection(**reach(server), allow_half_open=True)
        (served,) = await taken
        served.end(b"bye")
        assert await client.read() == b"bye"
        state, *_ = await ask(child, "state", None, served)
        assert state in ("open", "readOnly")
        await gone(client)


async def test_a_client_can_be_sent_too(where):
    async with forked() as child, listening(where) as server:
        taken = once(server, "connection")
        client = await netserve.open_connection(**reach(server))
        (served,) = await taken
        child.send(["shout", "child"], client)
        served.write(b"to the client")
        assert await served.readexactly(19) == b"child:to the client"
        child.send(["drop", None])
        await gone(client)


async def test_keep_open_leaves_it_to_both(where):
    async with (
        forked() as child,
        listening(where, pause_on_connect=True) as server,
        connected(server) as (client, served),
    ):
        assert await ask(child, "kind", None, served, keep_open=True) == "Socket"
        assert not served.destroyed
        served.write(b"from here")
        assert await client.readexactly(9) == b"from here"
        served.destroy()
        await asyncio.sleep(0)
        # The child's copy keeps the connection open; nobody sees an end.
        assert await ask(child, "echo", 1) == 1
        assert not client.readable_ended
        ended = closing(client)
        client.resume()
        assert await ask(child, "drop") is None
        await ended


async def test_an_end_of_one_copy_is_no_shutdown_for_the_other():
    async with (
        forked() as child,
        listening({"port": 0, "host": "127.0.0.1"}, pause_on_connect=True) as server,
        connected(server) as (client, served),
    ):
        await ask(child, "shout", "child", served, keep_open=True)
        served.destroy()
        client.write(b"hello")
        assert await client.readexactly(11) == b"child:hello"


async def test_a_socket_with_bytes_to_write_is_refused_and_stays_usable():
    async with (
        forked() as child,
        listening({"port": 0, "host": "127.0.0.1"}) as server,
        connected(server) as (client, served),
    ):
        data = b"x" * (16 << 20)
        assert not served.write(data)
        told = asyncio.get_running_loop().create_future()
        assert child.send(["kind", None], served, callback=told.set_result) is False
        error = await told
        assert isinstance(error, RuntimeError)
        assert error.code == "ERR_SOCKET_BYTES_WAITING"
        failed = coming(child, "error")
        child.send(["kind", None], served)
        assert (await failed)[0].code == "ERR_SOCKET_BYTES_WAITING"
        assert not served.destroyed
        assert await client.readexactly(len(data)) == data
        await served.drain()
        assert await ask(child, "kind", None, served) == "Socket"


async def test_a_socket_that_is_gone_leaves_the_bare_message():
    async with (
        forked() as child,
        listening({"port": 0, "host": "127.0.0.1"}) as server,
        connected(server) as (_, served),
    ):
        await gone(served)
        assert await ask(child, "kind", None, served) == "NoneType"
        assert await ask(child, "kind", None, Socket()) == "NoneType"
        assert await ask(child, "kind", None, Server()) == "NoneType"


async def test_a_socket_that_comes_back_works_here(where):
    async with (
        forked() as child,
        listening(where) as server,
        connected(server, b"around") as (client, served),
    ):
        returned = await ask_for_handle(child, "back", None, served)
        assert isinstance(returned, Socket)
        assert returned.server is None
        assert await returned.readexactly(6) == b"around"
        returned.end(b"and back")
        assert await client.read() == b"and back"
        await gone(returned)


# Plain sockets


def udp() -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind(("127.0.0.1", 0))
    return one


PLAIN = {
    "AF_INET SOCK_STREAM": lambda: socket.create_server(("127.0.0.1", 0)),
    "AF_INET6 SOCK_STREAM": lambda: socket.socket(socket.AF_INET6),
    "AF_INET SOCK_DGRAM": udp,
    "AF_UNIX SOCK_STREAM": lambda: socket.socket(socket.AF_UNIX),
    "AF_UNIX SOCK_DGRAM": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
}


@pytest.mark.parametrize("kind", PLAIN)
async def test_a_plain_socket_arrives_as_one(kind, serialization):
    async with forked(serialization=serialization) as child:
        with PLAIN[kind]() as one:
            assert await ask(child, "kind", None, one) == kind
            assert one.fileno() >= 0
            returned = await ask_for_handle(child, "back", None, one)
        with returned:
            assert f"{returned.family.name} {returned.type.name}" == kind
            assert returned.gettimeout() == 0.0


async def test_a_plain_socket_that_is_closed_leaves_the_bare_message():
    async with forked() as child:
        one = socket.socket()
        one.close()
        assert await ask(child, "kind", None, one) == "NoneType"


async def test_datagrams_reach_a_socket_that_came_back():
    async with forked() as child:
        with udp() as one:
            name = one.getsockname()
            returned = await ask_for_handle(child, "back", None, one)
        with returned, udp() as sender:
            sender.sendto(b"datagram", name)
            assert await asyncio.get_running_loop().sock_recv(returned, 100) == b"datagram"


# Servers


async def test_a_server_serves_on_both_sides(where, serialization):
    async with forked(serialization=serialization) as child, listening(where) as server:
        server.on("connection", lambda socket: socket.end(b"parent"))
        await ask(child, "serve", "child", server)
        assert server.listening
        with frozen(child.pid):
            assert await fetch_end(server) == b"parent"
        place = reach(server)
        server.close()
        if "port" in place:
            client = await netserve.open_connection(**place)
            client.end(b"x")
            assert await client.read() == b"child:x"
            await gone(client)
        assert await ask(child, "drop") is None


async def fetch_end(server: Server) -> bytes:
    client = await netserve.open_connection(**reach(server))
    try:
        return await client.read()
    finally:
        await gone(client)


async def test_a_childs_server_serves_here(where):
    path = where.get("path", 0)
    async with forked() as child:
        server = await ask_for_handle(child, "bring_server", path)
        assert isinstance(server, Server)
        await server.wait_listening()
        server.on("connection", lambda socket: socket.end(b"parent"))
        with frozen(child.pid):
            assert await fetch_end(server) == b"parent"
        child.send(["leave", 0])
        await coming(child, "exit")
        assert await fetch_end(server) == b"parent"
        await shut(server)


async def test_closing_a_copy_of_a_server_on_a_path_leaves_its_file(short_folder):
    path = str(short_folder / "one.sock")
    async with forked() as child, listening({"path": path}) as server:
        server.on("connection", lambda socket: socket.end(b"parent"))
        await ask(child, "serve", "child", server)
        await ask(child, "drop")
        assert os.path.exists(path)
        assert await fetch(path) == b"parent"
    assert not os.path.exists(path)


async def test_a_childs_connections_can_be_sent_to_its_parent():
    async with forked() as child:
        address = await ask(child, "bring_connections", 0)
        sent = heard(child)
        client = await netserve.open_connection(address[2], "127.0.0.1")
        client.write(b"hello")
        message, served = await sent
        assert message == ["connection", None]
        assert await served.readexactly(5) == b"hello"
        assert await ask(child, "count") == 1
        served.end(b"bye")
        assert await client.read() == b"bye"
        await gone(served)
        assert await ask(child, "count") == 0
        await gone(client)


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


NOT_HANDLES = {
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
