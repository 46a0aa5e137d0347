"""Servers and sockets that another process gets: what travels, what stays."""

from __future__ import annotations

import asyncio
import os
import socket

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
