"""`block_list=`: who may come, and where a socket may go."""

from __future__ import annotations

import gc

import pytest

import netserve
from netserve import BlockList, Server, Socket, once
from netserve._socket import dialer
from netserve.cluster import SCHED_LEAST, SCHED_NONE, SCHED_RR
from tests.behaviour.clusters import family
from tests.behaviour.pairs import closing, gone, record, serving, shut
from tests.conftest import has_ipv6

EVERYONE = ("0.0.0.0/0", "::/0")


def listed(*cidrs: str) -> BlockList:
    block_list = BlockList()
    block_list.add_cidrs(cidrs)
    return block_list


async def said(**where) -> bytes:
    """What a server says to one client before the end."""
    client = await netserve.open_connection(**where)
    text = await client.read()
    await gone(client)
    return text


def greet(peer: Socket) -> None:
    peer.end("hello")


async def test_a_blocked_client_is_dropped_and_everybody_on_a_path_is_welcome(transport):
    async with serving(transport, greet, block_list=listed(*EVERYONE)) as server:
        dropped = []
        server.on("drop", dropped.append)
        text = await said(**transport.connect_options(server))
        assert text == (b"" if transport.is_tcp else b"hello")
        assert len(dropped) == transport.is_tcp


async def test_drop_tells_both_ends_of_the_connection():
    server = Server(block_list=listed(*EVERYONE)).listen(0, "127.0.0.1")
    await server.wait_listening()
    dropped = once(server, "drop")
    ports = []
    client = Socket().connect(server.address().port, "127.0.0.1")
    client.on("connect", lambda: ports.append(client.local_port))
    (info,) = await dropped
    assert await client.read() == b""
    assert (info.local_address, info.local_port) == ("127.0.0.1", server.address().port)
    assert (info.remote_address, [info.remote_port]) == ("127.0.0.1", ports)
    assert info.local_family == info.remote_family == "IPv4"
    await gone(client)
    await shut(server)


async def test_nothing_is_made_in_python_for_a_blocked_client(monkeypatch):
    def made(*args):
        pytest.fail("a socket in spite of the rules")

    server = Server(block_list=listed(*EVERYONE)).listen(0, "127.0.0.1")
    await server.wait_listening()
    monkeypatch.setattr(Socket, "_accepted", made)
    monkeypatch.setattr(Server, "_on_connection", made)
    for _ in range(3):
        assert await said(port=server.address().port, host="127.0.0.1") == b""
    assert server.connections == ()
    assert await server.get_connections() == 0
    await shut(server)


async def test_rules_hold_for_the_next_connection_and_not_for_those_there_are():
    block_list = BlockList()
    server = Server(lambda peer: peer.write("hello"), block_list=block_list)
    await server.listen(0, "127.0.0.1").wait_listening()
    where = {"port": server.address().port, "host": "127.0.0.1"}
    early = await netserve.open_connection(**where)
    assert await early.readexactly(5) == b"hello"
    block_list.add_address("127.0.0.1")
    assert await said(**where) == b""
    (served,) = server.connections
    served.write("still")
    assert await early.readexactly(5) == b"still"
    block_list.remove_address("127.0.0.1")
    late = await netserve.open_connection(**where)
    assert await late.readexactly(5) == b"hello"
    await gone(early)
    await gone(late)
    await shut(server)


async def test_one_list_serves_many_servers_and_lives_as_long_as_they_do():
    block_list = listed("127.0.0.0/8")
    servers = [Server(greet, block_list=block_list) for _ in range(2)]
    for server in servers:
        await server.listen(0, "127.0.0.1").wait_listening()
    del block_list
    gc.collect()
    for server in servers:
        assert await said(port=server.address().port, host="127.0.0.1") == b""
        await shut(server)


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
async def test_a_client_of_ipv4_is_known_on_a_server_for_both_families():
    server = Server(greet, block_list=listed("127.0.0.1/32")).listen(0)
    await server.wait_listening()
    dropped = once(server, "drop")
    assert await said(port=server.address().port, host="127.0.0.1") == b""
    (info,) = await dropped
    assert (info.remote_address, info.remote_family) == ("::ffff:127.0.0.1", "IPv6")
    assert await said(port=server.address().port, host="::1") == b"hello"
    await shut(server)


async def test_a_blocked_client_takes_no_room_from_others():
    block_list = BlockList()
    server = Server(greet, block_list=block_list).listen(0, "127.0.0.1")
    server.max_connections = 1
    await server.wait_listening()
    where = {"port": server.address().port, "host": "127.0.0.1"}
    for blocked in (True, True, False):
        block_list.clear()
        if blocked:
            block_list.add_cidr("127.0.0.0/8")
        assert await said(**where) == (b"" if blocked else b"hello")
    await shut(server)


async def test_the_list_is_still_asked_after_listening_again():
    server = Server(greet, block_list=listed("127.0.0.0/8"))
    for _ in range(2):
        server.listen(0, "127.0.0.1")
        await server.wait_listening()
        assert await said(port=server.address().port, host="127.0.0.1") == b""
        await shut(server)


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["127.0.0.1", "127.0.0.1"]])
async def test_a_rule_that_a_listener_adds_during_the_attempt_holds(answers):
    block_list = BlockList()
    server = Server(greet).listen(0, "127.0.0.1")
    connections = record(server, "connection")
    await server.wait_listening()
    client = Socket(block_list=block_list)
    client.on("connection_attempt", lambda *_: block_list.add_address("127.0.0.1"))

    async def lookup(host, options):
        return answers

    client.connect(server.address().port, "one.test", lookup=lookup)
    with pytest.raises(RuntimeError) as caught:
        await once(client, "connect")
    assert caught.value.code == "ERR_IP_BLOCKED"
    await shut(server)
    assert connections == []


async def test_a_worker_drops_what_its_list_blocks_and_passes_nothing_on():
    async with family() as one:
        port = await one.serving(block="127.0.0.0/8")
        assert await one.serving() == port
        blocking, open_to_all = one.all
        answers = [await said_by_worker(port) for _ in range(4)]
        assert sorted(answers) == [b"", b"", b"2", b"2"]
        assert await one.hear(blocking, "drop", 2) == ["drop", 0]
        assert one.heard(open_to_all, "drop") == []
        assert await one.ask(blocking, "count") == [0]
        await one.ask(blocking, "unblock")
        assert {await said_by_worker(port) for _ in range(2)} == {b"1", b"2"}


@pytest.mark.parametrize("policy", [SCHED_RR, SCHED_LEAST, SCHED_NONE])
async def test_a_worker_asks_its_list_whoever_accepts(policy):
    async with family(policy) as one:
        port = await one.serving(block="127.0.0.0/8")
        assert await said_by_worker(port) == b""
        (worker,) = one.all
        assert await one.hear(worker, "drop") == ["drop", 0]
        await one.ask(worker, "unblock")
        assert await said_by_worker(port) == b"1"


async def said_by_worker(port: int) -> bytes:
    """The number of the worker that serves a connection; nothing if it is dropped."""
    client = await netserve.open_connection(port, "127.0.0.1")
    try:
        return (await client.readline()).strip()
    finally:
        await gone(client)


# A client's own list


async def test_a_client_does_not_connect_to_a_blocked_address(transport):
    async with serving(transport, greet) as server:
        options = transport.connect_options(server)
        if not transport.is_tcp:
            client = await netserve.open_connection(**options, block_list=listed(*EVERYONE))
            assert await client.read() == b"hello"
            await gone(client)
            return
        came = []
        server.on("connection", came.append)
        with pytest.raises(RuntimeError, match="is blocked by") as raised:
            await netserve.open_connection(**options, block_list=listed(*EVERYONE))
        assert raised.value.code == "ERR_IP_BLOCKED"
        assert await said(**options) == b"hello"
        assert len(came) == 1


async def test_nothing_is_opened_for_a_blocked_address(monkeypatch):
    opened, errors = [], []
    monkeypatch.setattr(dialer.Dialer, "_open_socket", lambda *where: opened.append(where))
    client = Socket(block_list=listed(*EVERYONE)).on("error", errors.append)
    closed = closing(client)
    client.connect(9, "127.0.0.1")
    assert await closed is True
    assert [error.code for error in errors] == ["ERR_IP_BLOCKED"]
    assert opened == []
    assert client.auto_select_family_attempted_addresses is None
    assert client.fileno() == -1


async def test_a_name_that_leads_to_a_blocked_address_does_not_help():
    with pytest.raises(RuntimeError) as raised:
        await netserve.open_connection(9, "localhost", block_list=listed("127.0.0.0/8", "::1/128"))
    assert raised.value.code == "ERR_IP_BLOCKED"


async def test_when_all_are_blocked_the_error_has_all_of_them():
    def lookup(host, options, callback):
        callback(None, [("127.0.0.1", 4), ("127.0.0.2", 4)])

    with pytest.raises(RuntimeError) as raised:
        await netserve.open_connection(9, "a.test", lookup=lookup, block_list=listed("127.0.0.0/8"))
    error = raised.value
    assert [each.code for each in error.errors] == ["ERR_IP_BLOCKED"] * 2
    assert isinstance(error.__cause__, ExceptionGroup)
    assert [each.code for each in error.__cause__.exceptions] == ["ERR_IP_BLOCKED"] * 2


async def test_the_list_is_asked_again_in_the_next_life(transport):
    async with serving(transport, greet) as server:
        block_list = listed(*EVERYONE)
        client = Socket(block_list=block_list)
        client.on("error", lambda _: None)
        if transport.is_tcp:
            closed = closing(client)
            client.connect(**transport.connect_options(server))
            assert await closed is True
        block_list.clear()
        connected = once(client, "connect")
        client.connect(**transport.connect_options(server))
        await connected
        assert await client.read() == b"hello"
        await gone(client)
